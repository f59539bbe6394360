import { type Paint, plain } from './colours.ts'
import { pad, shorten, shortenMiddle, textWidth } from './textWidth.ts'

export interface Column {
  readonly title: string
  /** Numbers stand at the right. Default: text, at the left. */
  readonly numbers?: boolean
  /** Text that means something else when it is cut, such as a shape. Default: numbers are, text is not. */
  readonly whole?: boolean
  /** Names tell rows apart. Default: the first text. */
  readonly names?: boolean
}

/**
 * Rows under titles, columns as wide as their widest cell, two spaces between. When the terminal is
 * too narrow, the widest text columns give way; names, which tell rows apart, only when the others
 * have little left, and in the middle.
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
  const texts = columns.flatMap(({ numbers = false, whole = numbers }, i) => (whole ? [] : [i]))
  const isName = (i: number) => i === texts[0] || columns[i]?.names === true
  narrow(
    widths,
    texts.filter((i) => !isName(i)),
    { available, floor: ENOUGH },
  )
  narrow(widths, texts, { available, floor: MINIMUM })
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ numbers }, i) => {
        const width = widths[i] ?? 0
        const cell = cells[i] ?? ''
        const fitting = isName(i) ? shortenMiddle(cell, width) : shorten(cell, width)
        return pad(fitting, width, numbers === true ? 'right' : 'left')
      })
      .join('  ')
      .trimEnd()
  const head = line(columns.map(({ title }) => title))
  return [paint('bold', head), ...rows.map(line)].map((row) => `${row}\n`).join('')
}

/** A text column that tells no rows apart is not cut below this while another one can be. */
const ENOUGH = 10
/** A text column is not cut below this. */
const MINIMUM = 6

/** Takes from the widest of some columns, down to a floor, what all together are too wide. */
function narrow(
  widths: number[],
  some: readonly number[],
  { available, floor }: { readonly available: number; readonly floor: number },
): void {
  for (;;) {
    const excess = widths.reduce((sum, width) => sum + width + 2, -2) - available
    const [widest] = [...some].sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))
    const width = widest === undefined ? 0 : (widths[widest] ?? 0)
    if (excess <= 0 || widest === undefined || width <= floor) return
    widths[widest] = width - 1
  }
}
