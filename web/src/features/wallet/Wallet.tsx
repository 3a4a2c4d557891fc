import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { walletQuery } from '../../api/queries'
import { say } from '../../api/sentences'
import { number } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Bone } from '../../kit/Bone'
import { EmptyState } from '../../kit/EmptyState'
import { More, Unread } from '../../kit/ErrorState'
import { failed } from '../../kit/failed'
import { saveFile } from '../../kit/saveFile'
import { Tabs } from '../../kit/Tabs'
import { usePoll } from '../../live/leader'
import { Page } from '../../shell/Page'
import { csvOf } from './csv'
import { Entries } from './Entries'
import { allEntries, entriesQuery, isOf, type Kind } from './queries'
import css from './wallet.module.css'

const route = getRouteApi('/app/wallet')

/** What there is to spend, what is set aside, and how it came to that. */
export function Wallet() {
  const text = useText()
  const { missing } = route.useSearch()
  const wallet = useQuery({ ...walletQuery, refetchInterval: usePoll(15_000) })
  return (
    <Page title={text('wallet.title')} actions={<Save />}>
      {(missing !== undefined || wallet.data?.available === 0) && (
        <p className={css['missing']}>
          {missing !== undefined && <b>{text('wallet.missing', { count: missing })}</b>} {text('wallet.missing-why')}
        </p>
      )}
      <Unread of={wallet} />
      <dl className={`${css['sums']} card`}>
        <div className={css['hero']}>
          <dd>{wallet.data ? number(wallet.data.available) : <Bone width={140} height={44} />}</dd>
          <dt>{text('wallet.available')}</dt>
        </div>
        {(['reserved', 'spent', 'earned'] as const).map((sum) => (
          <div key={sum}>
            <dd>{wallet.data ? number(wallet.data[sum]) : <Bone width={60} height={24} />}</dd>
            <dt>{text(`wallet.sum.${sum}`)}</dt>
          </div>
        ))}
      </dl>
      <History />
    </Page>
  )
}

/** A finding needs all entries: those that are not here yet are fetched one page after the other. */
function History() {
  const text = useText()
  const navigate = useNavigate()
  const { kind } = route.useSearch()
  const query = useInfiniteQuery(entriesQuery)
  const all = query.data?.pages.flatMap((page) => page.items)
  const shown = all?.filter((entry) => isOf(entry, kind))
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  useEffect(() => {
    if (kind !== undefined && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [kind, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  return (
    <section>
      <div className={css['bar']}>
        <h2>{text('wallet.entries')}</h2>
        <Tabs<Kind | 'all'>
          label={text('wallet.filter')}
          value={kind ?? 'all'}
          options={(['all', 'in', 'out'] as const).map((value) => ({ value, label: text(`wallet.show.${value}`) }))}
          onChange={(value) =>
            void navigate({
              to: '/wallet',
              search: ({ kind: _old, ...rest }) => (value === 'all' ? rest : { ...rest, kind: value }),
              replace: true,
            })
          }
        />
      </div>
      <Unread of={query} />
      {query.isPending && <Bone height={180} />}
      {shown && shown.length > 0 && <Entries entries={shown} />}
      {shown?.length === 0 && !hasNextPage && <EmptyState title={text('wallet.nothing')} />}
      {(kind === undefined || isFetchNextPageError) && <More of={query}>{text('wallet.more')}</More>}
    </section>
  )
}

function Save() {
  const text = useText()
  const [busy, setBusy] = useState(false)
  const save = async (): Promise<void> => {
    const words = csvOf(await allEntries(), (entry) => (entry.note ? say(entry.note) : text(`wallet.kind.${entry.kind}`)))
    saveFile('medley-wallet.csv', 'text/csv', `\uFEFF${words}`)
  }
  return (
    <Button
      variant="default"
      loading={busy}
      onClick={() => {
        setBusy(true)
        save()
          .catch(failed)
          .finally(() => setBusy(false))
      }}
    >
      {text('wallet.save')}
    </Button>
  )
}
