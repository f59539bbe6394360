import { type GateStatistics, saturation } from 'sluice'
import { html, type Markup } from './markup.ts'
import { percent } from './percent.ts'

const [WIDTH, HEIGHT, BASE] = [260, 120, 100]

/** Bars of how often a gate had which value; those that count as closed or open stand out. */
export function histogramChart({ histogram, range, closed, open }: GateStatistics): Markup {
  const [low, high] = range
  const most = Math.max(...histogram)
  const step = (WIDTH - 12) / histogram.length
  const bars = histogram.map((share, i) => {
    const [from, to] = [i, i + 1].map((at) => low + ((high - low) * at) / histogram.length)
    const middle = ((from ?? 0) + (to ?? 0)) / 2
    const end = Math.abs(middle) < saturation.closed || middle > saturation.open
    const height = most === 0 ? 0 : (share / most) * (BASE - 12)
    return html`<rect class="${end ? 'bar end' : 'bar'}" x="${(6 + i * step + 0.5).toFixed(1)}" y="${(BASE - height).toFixed(1)}" width="${(step - 1).toFixed(1)}" height="${height.toFixed(1)}"><title>${number(from ?? 0)} to ${number(to ?? 0)}: ${percent(share)}</title></rect>`
  })
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="histogram of the gate's values from ${number(low)} to ${number(high)}: closed ${percent(closed)}, open ${percent(open)}">
<line class="axis" x1="6" x2="${WIDTH - 6}" y1="${BASE}" y2="${BASE}"/>
${bars}
<text x="6" y="${HEIGHT - 5}">${number(low)}</text><text x="${WIDTH - 6}" y="${HEIGHT - 5}" text-anchor="end">${number(high)}</text></svg>`
}

/** A value of a gate to three digits behind the point, as short as it can be said. */
export function number(value: number): string {
  return (Number(value.toFixed(3)) + 0).toString()
}
