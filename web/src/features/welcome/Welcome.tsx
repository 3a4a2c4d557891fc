import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useText } from '../../i18n/useText'
import { Logo } from '../../kit/Logo'
import { LanguageSwitch } from '../../shell/LanguageSwitch'
import { useTitle } from '../../shell/Page'
import { Count } from './Count'
import { Player } from './Player'
import { GROUPS, OPTIONS, type Option, planWith } from './samples'
import css from './welcome.module.css'

const STEPS = ['sort', 'see', 'pay'] as const

/** The first page of all: the thing itself, at work on clips of our own, before anything is asked. */
export function Welcome() {
  const text = useText()
  useTitle('Medley')
  const [chosen, setChosen] = useState<ReadonlySet<Option>>(new Set(['speeds']))
  const plan = useMemo(() => planWith(chosen), [chosen])
  const [clip, setClip] = useState('')
  return (
    <div className={css['page']}>
      <header className={css['nav']}>
        <Logo />
        <b>Medley</b>
        <a href="/docs" className={`${css['api']} small push`}>
          {text('welcome.api')}
        </a>
        <Button component={Link} to="/sign-in" variant="default" size="sm">
          {text('welcome.sign-in')}
        </Button>
      </header>
      <main>
        <div className={css['hero']}>
          <div className={css['words']}>
            <h1>{text('welcome.title')}</h1>
            <p className={css['lead']}>{text('welcome.lead')}</p>
            <div className="row wrap">
              <Button component={Link} to="/sign-up" size="lg">
                {text('welcome.try')}
              </Button>
              <Button component={Link} to="/sign-up" variant="default" size="lg">
                {text('welcome.own')}
              </Button>
            </div>
            <Count capacity={plan.capacity} />
            <fieldset className={css['options']}>
              <legend className="unseen">{text('welcome.options')}</legend>
              {OPTIONS.map((option) => (
                <button
                  key={option}
                  type="button"
                  aria-pressed={chosen.has(option)}
                  onClick={() => setChosen(toggled(chosen, option))}
                >
                  {text(`welcome.option.${option}`)}
                </button>
              ))}
            </fieldset>
          </div>
          <div className={css['stage']}>
            <Clips playing={clip} />
            <Player plan={plan} onClip={setClip} />
          </div>
        </div>
        <ul className={css['steps']}>
          {STEPS.map((step) => (
            <li key={step}>
              <h2>{text(`welcome.step.${step}`)}</h2>
              <p className="small">{text(`welcome.how.${step}`)}</p>
            </li>
          ))}
        </ul>
      </main>
      <footer className={css['foot']}>
        <span className="small">{text('welcome.privacy')}</span>
        <LanguageSwitch />
      </footer>
    </div>
  )
}

/** The clips, sorted into their groups; the one that plays is marked. */
function Clips({ playing }: { playing: string }) {
  const text = useText()
  return (
    <div className={css['groups']}>
      {GROUPS.map((group) => (
        <div key={group.name} className={css['group']} style={{ borderColor: group.color }}>
          <span className="small">{text(`welcome.group.${group.name}`)}</span>
          <div className={css['clips']}>
            {group.clips.map((name) => (
              <img
                key={name}
                src={`/samples/${name}.webp`}
                alt=""
                width={54}
                height={96}
                data-on={playing === name || undefined}
                style={{ outlineColor: group.color }}
              />
            ))}
          </div>
        </div>
      ))}
    </div>
  )
}

function toggled(chosen: ReadonlySet<Option>, option: Option): Set<Option> {
  const next = new Set(chosen)
  if (!next.delete(option)) next.add(option)
  return next
}
