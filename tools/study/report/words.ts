import type { Measure } from '../runs/task.ts'
import type { Estimate } from '../statistics/intervals.ts'

/** Numbers of one measure as the document writes them. */
export interface Unit {
  /** What a difference is multiplied by before it is written. */
  readonly factor: number
  readonly score: (value: number) => string
  readonly difference: (value: number) => string
  /** What stands behind a difference. */
  readonly name: string
  /** Where a score can lie: an interval is cut there. */
  readonly bounds: readonly [low: number, high: number]
  /** What is measured, in words. */
  readonly measured: string
}

const MINUS = '−'

export const units: Readonly<Record<Measure, Unit>> = {
  psnr: {
    factor: 1,
    score: (value) => value.toFixed(2),
    difference: (value) => signed(value, 2),
    name: 'dB',
    bounds: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    measured: 'hole PSNR in dB',
  },
  accuracy: {
    factor: 100,
    score: (value) => value.toFixed(3),
    difference: (value) => signed(value * 100, 1),
    name: 'points',
    bounds: [0, 1],
    measured: 'accuracy',
  },
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits)
  if (Number(text) === 0) return text
  return value < 0 ? `${MINUS}${text}` : `+${text}`
}

/** `0.41 to 0.77`, in a measure's digits. */
export function range({ low, high }: Estimate, write: (value: number) => string): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'unknown from one seed'
  return `${write(low)} to ${write(high)}`
}

/** An estimate that keeps to what is possible. */
export function within({ mean, low, high }: Estimate, [least, most]: Unit['bounds']): Estimate {
  // One seed's interval is endless and stays so: it says that nothing is known.
  if (!Number.isFinite(low)) return { mean, low, high }
  return { mean, low: Math.max(least, low), high: Math.min(most, high) }
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = `|${head.map((_, column) => (column === 0 ? '---' : '---:')).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/** `a`, `a and b`, `a, b and c` */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** `1 seed`, `3 seeds` */
export function counted(amount: number, noun: string): string {
  return `${amount.toLocaleString('en-US')} ${noun}${amount === 1 ? '' : 's'}`
}

/** Paragraphs in lines of at most so many characters, as people write them. */
export function wrapped(text: string, columns = 118): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line].join('\n')
}
