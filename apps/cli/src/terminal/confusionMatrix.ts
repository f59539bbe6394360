import { type Paint, plain } from './colours.ts'
import { plural } from './quantities.ts'
import { pad, printable, shorten, textWidth } from './textWidth.ts'

/**
 * A confusion matrix for people: a row per true class, a column per prediction. Columns carry the
 * numbers of the classes, so that long names cost their width once; where even that does not fit,
 * the most frequent mistakes are listed instead.
 * @param counts `counts[truth][prediction]`
 */
export function confusionMatrix(
  classes: readonly string[],
  counts: readonly (readonly number[])[],
  options: { readonly columns?: number; readonly paint?: Paint } = {},
): string {
  const { columns = 80, paint = plain } = options
  const numberWidth = String(classes.length).length
  const largest = Math.max(0, ...counts.flat())
  const cell = Math.max(numberWidth, String(largest).length) + 1
  const longest = Math.max(...classes.map((name) => textWidth(printable(name))))
  const nameWidth = Math.min(longest, columns - cell * classes.length - numberWidth - 3)
  if (nameWidth < Math.min(longest, 6)) return mistakes(classes, counts, columns)

  const rowNumber = (i: number): string => String(i + 1).padStart(numberWidth)
  const numbers = classes.map((_, i) => String(i + 1).padStart(cell)).join('')
  const indent = ' '.repeat(nameWidth + numberWidth + 2)
  const lines = [paint('dim', `${indent} ${numbers}`)]
  classes.forEach((name, truth) => {
    const cells = classes.map((_, prediction) => {
      const value = counts[truth]?.[prediction] ?? 0
      const text = (value === 0 ? '·' : String(value)).padStart(cell)
      if (truth === prediction) return paint(value === 0 ? 'red' : 'green', text)
      return paint(value === 0 ? 'dim' : 'red', text)
    })
    const label = pad(shorten(printable(name), nameWidth), nameWidth)
    lines.push(`${label} ${rowNumber(truth)} │${cells.join('')}`)
  })
  return lines.map((line) => `${line}\n`).join('')
}

function mistakes(
  classes: readonly string[],
  counts: readonly (readonly number[])[],
  columns: number,
): string {
  const wrong: { truth: string; prediction: string; times: number }[] = []
  counts.forEach((row, truth) => {
    row.forEach((times, prediction) => {
      if (truth === prediction || times === 0) return
      wrong.push({
        truth: printable(classes[truth] ?? ''),
        prediction: printable(classes[prediction] ?? ''),
        times,
      })
    })
  })
  if (wrong.length === 0) return 'No mistakes.\n'
  wrong.sort((a, b) => b.times - a.times)
  const shown = wrong.slice(0, 15).map(({ truth, prediction, times }) => {
    return `${shorten(`${String(times).padStart(5)} × ${truth} taken for ${prediction}`, columns)}\n`
  })
  const rest = wrong.length - shown.length
  const more = rest > 0 ? `      and ${plural(rest, 'other kind')} of mistake\n` : ''
  return `Most frequent mistakes (the matrix needs a wider terminal; --json has all of it):\n${shown.join('')}${more}`
}
