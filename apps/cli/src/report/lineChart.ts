import { html, type Markup } from './markup.ts'

/** One line of a chart; gaps where a value is missing. */
export interface Series {
  readonly name: string
  readonly look: 'first' | 'second'
  readonly values: readonly (number | undefined)[]
}

export interface LineChartOptions {
  readonly title: string
  /** Values along the horizontal axis, one per value of a series. */
  readonly at: readonly number[]
  readonly series: readonly Series[]
  /** Fixed ends of the vertical axis, where the quantity has them. */
  readonly range?: readonly [low: number, high: number]
  readonly format: (value: number) => string
  /** A place to mark on the horizontal axis, with what it is. */
  readonly mark?: { readonly at: number; readonly name: string }
}

const [WIDTH, HEIGHT] = [480, 250]
const [LEFT, RIGHT, TOP, BOTTOM] = [46, 14, 16, 34]

/** A chart of lines over epochs, as a card with its legend and the numbers for those who cannot see it. */
export function lineChart(options: LineChartOptions): Markup {
  const { title, at, series, format, mark } = options
  const [low, high] = options.range ?? rangeOf(series)
  const first = at[0] ?? 0
  const last = at.at(-1) ?? first + 1
  const x = (value: number): number =>
    first === last
      ? (LEFT + WIDTH - RIGHT) / 2
      : LEFT + ((value - first) / (last - first)) * (WIDTH - LEFT - RIGHT)
  const y = (value: number): number =>
    TOP + (1 - (value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM)
  const grid = ticks(low, high).map(
    (value) =>
      html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(value))}" y2="${round(y(value))}"/><text x="${LEFT - 6}" y="${round(y(value) + 4)}" text-anchor="end">${format(value)}</text>`,
  )
  const below = wholeTicks(first, last).map(
    (value) =>
      html`<text x="${round(x(value))}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${value}</text>`,
  )
  const lines = series.map(({ look, values }) => {
    const runs = runsOf(values.map((value, i) => [at[i] ?? i, value] as const))
    return runs.map((run) =>
      run.length === 1
        ? run.map(
            ([a, b]) =>
              html`<circle class="${look}" cx="${round(x(a))}" cy="${round(y(b))}" r="3"/>`,
          )
        : html`<polyline class="${look}" points="${run.map(([a, b]) => `${round(x(a))},${round(y(b))}`).join(' ')}"/>`,
    )
  })
  const marked =
    mark === undefined
      ? undefined
      : html`<line class="mark" x1="${round(x(mark.at))}" x2="${round(x(mark.at))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text x="${round(x(mark.at))}" y="${TOP - 5}" text-anchor="${x(mark.at) > WIDTH * 0.7 ? 'end' : 'middle'}">${mark.name}</text>`
  const legend = series.map(
    ({ name, look, values }) =>
      html`<span><b class="${look}"></b>${name}, last ${format(values.findLast((value) => value !== undefined) ?? Number.NaN)}</span>`,
  )
  return html`<div class="card"><h3>${title}</h3>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title} by epoch; the numbers are in the table below">
${grid}${below}<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 3}" text-anchor="middle">epoch</text>${marked}${lines}
</svg>
<div class="legend">${legend}</div></div>`
}

function rangeOf(series: readonly Series[]): readonly [number, number] {
  const values = series.flatMap((one) => one.values).filter(isDrawable)
  const high = Math.max(...values, 0)
  const low = Math.min(...values, 0)
  return high > low ? [low, high * 1.04] : [0, 1]
}

function isDrawable(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value)
}

/** Stretches of points without gaps. */
function runsOf(
  points: readonly (readonly [number, number | undefined])[],
): (readonly [number, number])[][] {
  const runs: (readonly [number, number])[][] = [[]]
  for (const [at, value] of points) {
    if (isDrawable(value)) runs.at(-1)?.push([at, value])
    else runs.push([])
  }
  return runs.filter((run) => run.length > 0)
}

/** Four or so round values within a range. */
export function ticks(low: number, high: number, wanted = 4): number[] {
  const rough = (high - low) / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  const from = Math.ceil(low / step - 1e-9)
  const to = Math.floor(high / step + 1e-9)
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => (from + i) * step)
}

function wholeTicks(first: number, last: number): number[] {
  if (first === last) return [first]
  const step = Math.max(1, Math.ceil((last - first) / 8))
  const list = [first]
  for (let at = Math.ceil((first + 1) / step) * step; at <= last; at += step) list.push(at)
  return [...new Set(list)]
}

function round(value: number): number {
  return Number(value.toFixed(1))
}
