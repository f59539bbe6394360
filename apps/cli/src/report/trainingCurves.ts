import type { EpochRecord } from 'sluice/training'
import { fraction } from '../terminal/quantities.ts'
import { lineChart, type Series } from './lineChart.ts'
import { html, type Markup } from './markup.ts'
import { percent } from './percent.ts'

/** Loss and accuracy by epoch, with the epoch whose weights the model has, and the numbers. */
export function trainingCurves(
  records: readonly EpochRecord[],
  bestEpoch: number | undefined,
): Markup {
  const at = records.map(({ epoch }) => epoch)
  const both = (
    train: (record: EpochRecord) => number,
    valid: (record: EpochRecord) => number | undefined,
  ): Series[] => {
    const validation = records.map(valid)
    return [
      { name: 'training', look: 'first', values: records.map(train) },
      ...(validation.some((value) => value !== undefined)
        ? [{ name: 'validation', look: 'second', values: validation } as const]
        : []),
    ]
  }
  const mark = bestEpoch === undefined ? {} : { mark: { at: bestEpoch, name: 'chosen' } }
  const loss = lineChart({
    ...{ title: 'Loss', at, format: (value) => Number(value.toPrecision(3)).toString(), ...mark },
    series: both(
      ({ trainLoss }) => trainLoss,
      ({ validLoss }) => validLoss,
    ),
  })
  const accuracy = lineChart({
    ...{ title: 'Accuracy', at, format: (value) => percent(value, 0), ...mark },
    range: [0, 1],
    series: both(
      ({ trainAccuracy }) => trainAccuracy ?? Number.NaN,
      ({ validAccuracy }) => validAccuracy,
    ),
  })
  const rows = records.map(
    (record) =>
      html`<tr><th scope="row">${record.epoch}</th><td>${fraction(record.trainLoss, 4)}</td><td>${percent(record.trainAccuracy ?? Number.NaN)}</td><td>${fraction(record.validLoss ?? Number.NaN, 4)}</td><td>${percent(record.validAccuracy ?? Number.NaN)}</td><td>${record.learningRate.toPrecision(3)}</td></tr>\n`,
  )
  return html`<div class="charts">${loss}${accuracy}</div>
<details><summary>Numbers by epoch</summary><div class="scroll"><table class="rows">
<thead><tr><th scope="col">epoch</th><th scope="col">training loss</th><th scope="col">accuracy</th><th scope="col">validation loss</th><th scope="col">accuracy</th><th scope="col">learning rate</th></tr></thead>
<tbody>
${rows}</tbody></table></div></details>`
}
