/** From the network's answers to months, and what is said about them. */
import { MONTHS } from './patches.ts'

/** The likeliest month of each row of `[N, places·12]` logits (place-major), summed over places. */
export function monthsOf(logits: Float32Array, places: number): number[] {
  const width = places * MONTHS.length
  return Array.from({ length: logits.length / width }, (_, row) => {
    const answers = logits.subarray(row * width, (row + 1) * width)
    const most = answers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    const sums = MONTHS.map(() => 0)
    answers.forEach((value, i) => {
      const month = i % MONTHS.length
      sums[month] = (sums[month] ?? 0) + Math.exp(value - most)
    })
    return sums.indexOf(Math.max(...sums))
  })
}

/** Months between two calendar months, the short way round the year. */
export function monthsApart(a: number, b: number): number {
  const apart = Math.abs(a - b) % 12
  return Math.min(apart, 12 - apart)
}

export interface Judged {
  readonly year: number
  readonly month: number
  readonly answer: number
}

/** One line: accuracy, accuracy within a month, and each year's own. */
export function monthReport(judged: readonly Judged[]): string {
  const share = (some: readonly Judged[], apart: number) =>
    some.filter(({ month, answer }) => monthsApart(month, answer) <= apart).length / some.length
  const years = [...new Set(judged.map(({ year }) => year))].sort((a, b) => a - b)
  const each = years.map((year) => {
    const own = judged.filter((one) => one.year === year)
    return `${year} ${share(own, 0).toFixed(3)}`
  })
  return `accuracy ${share(judged, 0).toFixed(3)}, within a month ${share(judged, 1).toFixed(3)}; ${each.join(', ')}`
}
