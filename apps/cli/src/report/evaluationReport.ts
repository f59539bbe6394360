import type { ClassificationMetrics, ClassMetrics } from 'sluice/training'
import { confusionMatrix } from '../terminal/confusionMatrix.ts'
import { fraction, plural } from '../terminal/quantities.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'

/** What `sluice evaluate --json` prints and `--report` writes. */
export interface EvaluationReport {
  readonly top1: number
  /** Part whose class is among the k most likely; k is `--topk`. */
  readonly topk: number
  readonly classes: readonly string[]
  readonly perClass: readonly ({ readonly class: string } & ClassMetrics)[]
  /** `confusion[truth][prediction]`, counts. */
  readonly confusion: readonly (readonly number[])[]
}

export function reportOf(
  classes: readonly string[],
  metrics: ClassificationMetrics,
): EvaluationReport {
  const { top1, topK, perClass, confusion } = metrics
  return {
    top1,
    topk: topK,
    classes,
    perClass: classes.flatMap((name, i) => {
      const measures = perClass[i]
      return measures === undefined ? [] : [{ class: name, ...measures }]
    }),
    confusion,
  }
}

/** The same for people. */
export function printMetrics(
  classes: readonly string[],
  metrics: ClassificationMetrics,
  terminal: Terminal,
): void {
  const { paint, columns } = terminal
  const { count, top1, topK, k, perClass, confusion } = metrics
  terminal.result(`top-1 accuracy  ${paint('bold', fraction(top1))}  of ${plural(count, 'clip')}\n`)
  if (k > 1 && k < classes.length) terminal.result(`top-${k} accuracy  ${fraction(topK)}\n`)
  const rows = perClass.map(({ precision, recall, f1, support }, i) => [
    printable(classes[i] ?? ''),
    ...[precision, recall, f1].map((value) => (support === 0 ? '–' : fraction(value))),
    String(support),
  ])
  const numbers = ['precision', 'recall', 'f1', 'clips'].map((title) => ({ title, numbers: true }))
  const matrix = confusionMatrix(classes, confusion, { columns, paint })
  terminal.result(`\n${table([{ title: 'class' }, ...numbers], rows, { columns, paint })}`)
  terminal.result(`\nconfusion matrix: rows are what is shown, columns what was said\n${matrix}`)
}
