import type { ClassMetrics } from 'sluice/training'
import { count } from '../terminal/quantities.ts'
import { html, type Markup } from './markup.ts'
import { percent } from './percent.ts'

/** Precision, recall, F1 and support, a row per class, and their plain means. */
export function classTable(classes: readonly string[], perClass: readonly ClassMetrics[]): Markup {
  const rows = perClass.map((metrics, i) => row(classes[i] ?? '', metrics))
  const seen = perClass.filter(({ support }) => support > 0)
  const mean = (of: (metrics: ClassMetrics) => number): number =>
    seen.reduce((sum, metrics) => sum + of(metrics), 0) / Math.max(1, seen.length)
  const foot = html`<tr><th scope="row">mean of classes</th><td>${percent(mean((m) => m.precision))}</td><td>${percent(mean((m) => m.recall))}</td><td>${percent(mean((m) => m.f1))}</td><td>${count(perClass.reduce((sum, { support }) => sum + support, 0))}</td></tr>`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="measures per class"><table class="rows">
<thead><tr><th scope="col">class</th><th scope="col">precision</th><th scope="col">recall</th><th scope="col">F1</th><th scope="col">clips</th></tr></thead>
<tbody>
${rows}</tbody>
<tfoot>${foot}</tfoot>
</table></div>`
}

function row(name: string, { precision, recall, f1, support }: ClassMetrics): Markup {
  const cell = (value: number): Markup => {
    if (support === 0) return html`<td>–</td>`
    const bar = html`<span class="meter" aria-hidden="true"><i style="width:${(100 * value).toFixed(1)}%"></i></span>`
    return html`<td>${bar}<b>${percent(value)}</b></td>`
  }
  return html`<tr><th scope="row">${name}</th>${cell(precision)}${cell(recall)}${cell(f1)}<td>${count(support)}</td></tr>\n`
}
