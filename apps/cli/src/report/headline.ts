import type { ClassificationMetrics } from 'sluice/training'
import { fraction, plural } from '../terminal/quantities.ts'
import { confidenceInterval } from './confidenceInterval.ts'
import { html, type Markup } from './markup.ts'
import { percent } from './percent.ts'

/** The accuracy, large, with the interval it is uncertain by, and what stands beside it. */
export function headline(metrics: ClassificationMetrics, classes: number): Markup {
  const { count: clips, top1, topK, k, loss, perClass } = metrics
  const [low, high] = confidenceInterval(Math.round(top1 * clips), clips)
  const seen = perClass.filter(({ support }) => support > 0)
  const macro = seen.reduce((sum, { f1 }) => sum + f1, 0) / Math.max(1, seen.length)
  const weakest = [...seen].sort((a, b) => a.recall - b.recall)[0]
  const x = (share: number): number => Number((4 + 292 * share).toFixed(1))
  return html`<div class="cards">
<div class="card wide"><div class="number">${percent(top1)}</div>
<div class="label">of ${plural(clips, 'clip')} named rightly; 95 % interval ${percent(low)} to ${percent(high)}</div>
<svg viewBox="0 0 300 18" role="img" aria-label="accuracy ${percent(top1)}, 95 % interval ${percent(low)} to ${percent(high)}, chance ${percent(1 / classes)}">
<line class="grid" x1="4" x2="296" y1="9" y2="9"/><line class="mark" x1="${x(1 / classes)}" x2="${x(1 / classes)}" y1="2" y2="16"><title>chance, ${percent(1 / classes)}</title></line>
<line class="span" x1="${x(low)}" x2="${x(high)}" y1="9" y2="9"/><circle class="first" cx="${x(top1)}" cy="9" r="5"/></svg></div>
${k > 1 && k < classes && card(percent(topK), `right class among the ${k} likeliest`)}
${card(percent(macro), 'F1, mean of classes')}
${card(fraction(loss), 'cross entropy, nats')}
${weakest !== undefined && card(percent(weakest.recall), 'recall of the weakest class')}
</div>`
}

function card(value: string, label: string): Markup {
  return html`<div class="card"><div class="number">${value}</div><div class="label">${label}</div></div>\n`
}
