import type { ModelFile } from 'sluice'
import type { ClipSource, FrameOrder, Preprocessing, Recording } from 'sluice/data'
import type { ClassificationMetrics, EpochRecord, Prediction } from 'sluice/training'
import type { Skipped } from '../clips/walkFolders.ts'
import { bytes, count, plural } from '../terminal/quantities.ts'
import { classTable } from './classTable.ts'
import { clipsText } from './clipsText.ts'
import { confidenceChart } from './confidenceChart.ts'
import { confusionChart } from './confusionChart.ts'
import { headline } from './headline.ts'
import { html, type Markup } from './markup.ts'
import { mistakeGallery, worstMistakes } from './mistakes.ts'
import { factList, page, section } from './page.ts'
import { trainingCurves } from './trainingCurves.ts'

/** Everything that a report of an evaluation tells. */
export interface EvaluationPage {
  /** As a shell would take it again. */
  readonly command: string
  /** When it was measured, ISO 8601. */
  readonly when: string
  /** The machine's part: versions and platform. */
  readonly machine: string
  readonly model: {
    readonly path: string
    readonly bytes: number
    readonly sha256: string
    readonly file: ModelFile<Preprocessing>
    readonly parameters: number
  }
  readonly clips: {
    readonly path: string
    /** `test`, or `all`. */
    readonly split: string
    readonly perVideo: number
    readonly skipped: readonly Skipped[]
    /** Hash over names, labels and pixels. */
    readonly fingerprint: string
  }
  readonly classes: readonly string[]
  readonly preprocessing: Preprocessing
  readonly order: FrameOrder
  readonly seed: number
  readonly items: readonly ClipSource[]
  readonly predictions: readonly Prediction[]
  readonly metrics: ClassificationMetrics
  /** Of the run that made this model; none if it is not known. */
  readonly records: readonly EpochRecord[]
  readonly load: (item: ClipSource) => Promise<Recording>
}

/** Mistakes shown with pictures. */
const SHOWN = 24
/** Unreadable entries named. */
const NAMED = 50

/** A report of an evaluation as one self-contained page. */
export async function evaluationPage(report: EvaluationPage): Promise<string> {
  const { classes, metrics, predictions, items, records, clips, model, order } = report
  const mistakes = worstMistakes(items, predictions)
  const shown = mistakes.slice(0, SHOWN)
  const gallery = await mistakeGallery(shown, report)
  const body = html`${headline(metrics, classes.length)}
${order !== 'shown' && html`<p class="note">A control: ${orders[order]} The accuracy above says how far the network gets without what was taken away.</p>`}
${records.length > 0 && section('Training', trainingCurves(records, bestEpoch(report)), `${plural(records.length, 'epoch')}, from the records of the run that made this model.`)}
${section('Classes', classTable(classes, metrics.perClass), 'Precision: of what was called so, the part that was. Recall: of what was, the part that was called so.')}
${section('Confusion matrix', confusionChart(classes, metrics.confusion), 'Rows are what was shown, columns what it was called; colours are parts of a row.')}
${section('Confidence', confidenceChart(predictions))}
${section('Worst mistakes', mistakes.length === 0 ? html`<p class="note">There are none.</p>` : gallery, mistakeLead(shown.length, mistakes.length))}
${section('How this was measured', html`<code class="command">${report.command}</code>${factList(factsOf(report))}`)}
${clips.skipped.length > 0 && section('Left out', skippedList(clips.skipped), `${plural(clips.skipped.length, 'entry', 'entries')} that could not be used.`)}`
  return page({
    title: `${fileName(model.path)} on ${clips.split === 'all' ? 'all clips' : `the ${clips.split} clips`}`,
    kicker: `sluice evaluation · ${report.when.slice(0, 16).replace('T', ' ')} UTC`,
    body,
  })
}

const orders: Readonly<Record<FrameOrder, string>> = {
  shown: '',
  shuffled: 'the frames of every clip stood in another order.',
  still: 'every clip was its middle frame, repeated.',
}

function mistakeLead(shown: number, all: number): string | undefined {
  if (all === 0) return undefined
  const which = shown < all ? `The ${shown} of ${count(all)} about which` : 'Those about which'
  return `${which} the network was surest come first, with frames as it saw them.`
}

function factsOf(report: EvaluationPage): (readonly [string, string])[] {
  const { model, clips, preprocessing: view, items, classes, machine } = report
  const { type, ...options } = model.file.model.describe()
  const training = Object.entries(model.file.training ?? {}).map(
    ([name, value]): readonly [string, string] => [`training: ${name}`, plainText(value)],
  )
  return [
    ['model', `${model.path}, ${bytes(model.bytes)}, SHA-256 ${model.sha256}`],
    ['network', `${type} ${JSON.stringify(options)}`],
    ['parameters', count(model.parameters)],
    [
      'clips',
      `${clips.path}, ${clips.split}: ${plural(items.length, 'clip')} of ${classes.length} classes`,
    ],
    ['content of clips', `SHA-256 ${clips.fingerprint}`],
    ['what it sees', clipsText(view)],
    ['clips per video', `up to ${clips.perVideo}, probabilities averaged`],
    ['machine', machine],
    ...training,
  ]
}

/** Nested plain data as `name value, name value`. */
function plainText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, inner]) => {
      const nested = typeof inner === 'object' && inner !== null
      return nested ? `${name} (${plainText(inner)})` : `${name} ${String(inner)}`
    })
    .join(', ')
}

function bestEpoch({ model }: EvaluationPage): number | undefined {
  const { epoch }: { epoch?: unknown } = Object(model.file.training?.best)
  return typeof epoch === 'number' ? epoch : undefined
}

function skippedList(skipped: readonly Skipped[]): Markup {
  const rest = skipped.length - NAMED
  return html`${factList(skipped.slice(0, NAMED).map(({ path, reason }) => [path, reason]))}${rest > 0 && html`<p class="note">and ${count(rest)} more</p>`}`
}

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}
