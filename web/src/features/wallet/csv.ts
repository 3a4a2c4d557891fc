/** CSV: entries as a table that spreadsheets read, in the order they happened. */
import { amountOf, type Entry } from './queries'

const COLUMNS = ['number', 'time', 'kind', 'amount', 'balance', 'generation', 'note']

/** The table. `words` says an entry to a person. A cell that a spreadsheet would take for a formula is made text. */
export function csvOf(entries: readonly Entry[], words: (entry: Entry) => string): string {
  const rows = entries
    .toSorted((one, other) => one.seq - other.seq)
    .map((entry) => [
      entry.seq,
      entry.created_at,
      entry.kind,
      amountOf(entry),
      entry.balance,
      entry.generation_id ?? '',
      words(entry),
    ])
  return [COLUMNS, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
