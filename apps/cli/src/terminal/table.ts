import { type Paint, plain } from './colours.ts'
import { pad, shorten, textWidth } from './textWidth.ts'

export interface Column {
  readonly title: string
  /** Numbers stand at the right. Default: text, at the left. */
  readonly numbers?: boolean
}

/**
 * Rows under titles, columns as wide as their widest cell, two spaces between. When the terminal is
 * too narrow, the widest text column gives way.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: { readonly columns?: number; readonly paint?: Paint } = {},
): string {
  const { columns: available = 100, paint = plain } = options
  const widths = columns.map(({ title }, i) =>
    Math.max(textWidth(title), ...rows.map((row) => textWidth(row[i] ?? ''))),
  )
  const total = (): number => widths.reduce((sum, width) => sum + width + 2, -2)
  while (total() > available) {
    const widest = widestText(columns, widths)
    if (widest === undefined) break
    widths[widest] = Math.max(MINIMUM, (widths[widest] ?? 0) - (total() - available))
  }
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ numbers }, i) => {
        const width = widths[i] ?? 0
        const cell = cells[i] ?? ''
        const fitting = textWidth(cell) > width ? shorten(cell, width) : cell
        return pad(fitting, width, numbers === true ? 'right' : 'left')
      })
      .join('  ')
      .trimEnd()
  const head = line(columns.map(({ title }) => title))
  return [paint('bold', head), ...rows.map(line)].map((row) => `${row}\n`).join('')
}

/** A text column is not cut below this. */
const MINIMUM = 6

function widestText(columns: readonly Column[], widths: readonly number[]): number | undefined {
  let widest: number | undefined
  columns.forEach(({ numbers }, i) => {
    const width = widths[i] ?? 0
    if (numbers === true || width <= MINIMUM) return
    if (widest === undefined || width > (widths[widest] ?? 0)) widest = i
  })
  return widest
}
