import { type Paint, plain } from './colours.ts'
import { fraction } from './quantities.ts'
import { pad, printable, shorten, textWidth } from './textWidth.ts'

/** A bar of `columns` cells for a value from 0 to 1, to an eighth of a cell. */
export function bar(value: number, columns: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, value)) * columns * 8)
  const part = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? ''
  return '█'.repeat(Math.floor(eighths / 8)) + part
}

/** Names with bars and probabilities, the most likely first, `limit` of them at most. */
export function probabilityBars(
  probabilities: Readonly<Record<string, number>>,
  options: { readonly limit?: number; readonly columns?: number; readonly paint?: Paint } = {},
): string {
  const { limit = 5, columns = 80, paint = plain } = options
  const ranked = Object.entries(probabilities).sort((a, b) => b[1] - a[1])
  const shown = ranked.slice(0, limit)
  const nameColumns = Math.min(
    Math.max(8, Math.floor(columns / 3)),
    Math.max(...shown.map(([name]) => textWidth(printable(name)))),
  )
  const barColumns = Math.max(4, Math.min(40, columns - nameColumns - 2 - 2 - 7))
  return shown
    .map(([name, value], i) => {
      const cells = pad(bar(value, barColumns), barColumns)
      const label = pad(shorten(printable(name), nameColumns), nameColumns)
      return `  ${label}  ${i === 0 ? paint('green', cells) : paint('dim', cells)} ${fraction(value)}\n`
    })
    .join('')
}
