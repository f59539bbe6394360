import { stat } from 'node:fs/promises'
import { SluiceError } from 'sluice'
import {
  clipSpan,
  clipToTensor,
  slidingWindows,
  type TensorPreprocessing,
  type TimedFrame,
} from 'sluice/data'
import { argmax, softmax } from 'sluice/training'
import { storedSide } from '../clips/boundedSize.ts'
import { parseClipPath } from '../clips/clipPath.ts'
import { loadFrames } from '../clips/loadFrames.ts'
import { loadTensor } from '../clips/loadRecording.ts'
import { mediaKind } from '../clips/mediaKinds.ts'
import { openVideo } from '../clips/streamVideo.ts'
import { exitCodes } from '../exitCodes.ts'
import { type Classifier, openClassifier } from '../models/openClassifier.ts'
import { byClass } from '../report/byClass.ts'
import { probabilityBars } from '../terminal/bars.ts'
import { fraction, timestamp } from '../terminal/quantities.ts'
import { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'

export interface ClassifyOptions {
  readonly top?: number
  readonly step?: number
  readonly timeline?: boolean
  readonly threads?: number
  /** Bytes for the network and its steps. */
  readonly maxMemory?: number
  readonly relaxedSimd?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

/** What one position of the sliding window showed. */
interface Moment {
  readonly start: number
  readonly end: number
  readonly probabilities: Float64Array
}

/** `sluice classify`: names what files show. A file that fails does not stop the others; it makes the exit code 1. */
export async function classify(
  modelPath: string,
  files: readonly string[],
  options: ClassifyOptions,
): Promise<number> {
  const { json = false, quiet = false, top = 5 } = options
  const terminal = new Terminal({ json, quiet })
  await using classifier = await openClassifier(modelPath, { ...options, batch: 1 })
  const { classes } = classifier
  let failed = 0
  for (const file of files) {
    try {
      const moments = await momentsOf(file, classifier, options.step, terminal)
      const mean = meanOf(moments, classes.length)
      const label = classes[argmax(mean)] ?? ''
      const probabilities = byClass(classes, mean)
      if (json) {
        const timeline = options.timeline === true ? { timeline: timelineOf(moments, classes) } : {}
        terminal.jsonLine({ file, label, probabilities, ...timeline })
        continue
      }
      const { paint, columns } = terminal
      terminal.result(`\n${printable(file)}: ${paint('bold', printable(label))}\n`)
      terminal.result(probabilityBars(probabilities, { limit: top, columns, paint }))
      if (moments.length > 1) terminal.result(timelineText(timelineOf(moments, classes)))
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error
      failed++
      terminal.warn(`${printable(file)} cannot be classified\n  ${error.message}`)
    }
  }
  return failed === 0 ? exitCodes.done : exitCodes.failed
}

async function momentsOf(
  file: string,
  classifier: Classifier,
  step: number | undefined,
  terminal: Terminal,
): Promise<Moment[]> {
  const { preprocessing } = classifier
  if (preprocessing.kind === 'tensor') return momentsOfArray(file, classifier, preprocessing, step)
  const span = clipSpan(preprocessing)
  const moments: Moment[] = []
  const stream = await framesOf(file, storedSide(preprocessing.size))
  for await (const { start, frames } of slidingWindows(stream, { span, step: step ?? span / 2 })) {
    const logits = classifier.logits(clipToTensor(frames, preprocessing, { start }))
    moments.push({
      start,
      end: start + span,
      probabilities: softmax(logits),
    })
    terminal.progress(() => `${printable(file)}: ${timestamp(start + span)}`)
  }
  terminal.clear()
  return moments
}

/** The window slides over the steps of an array. */
async function momentsOfArray(
  file: string,
  classifier: Classifier,
  view: TensorPreprocessing,
  step = Math.max(1, Math.floor(view.frames / 2)),
): Promise<Moment[]> {
  const clip = await loadTensor(file, view.axes)
  const span = view.frames
  const last = Math.max(0, clip.duration - span)
  const starts = Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step)
  if ((starts.at(-1) ?? 0) < last) starts.push(last)
  return starts.map((start) => {
    const logits = classifier.logits(clipToTensor(clip, view, { start }))
    return { start, end: start + span, probabilities: softmax(logits) }
  })
}

/** Videos are streamed, however long; what is small anyway is loaded whole. */
async function framesOf(
  file: string,
  side: number,
): Promise<AsyncIterable<TimedFrame> | Iterable<TimedFrame>> {
  const { file: stored, start } = parseClipPath(file)
  const facts = await stat(stored).catch((cause: unknown) => {
    throw new SluiceError('missing', 'no such file', { where: file, cause })
  })
  if (facts.isFile() && start === undefined && mediaKind(stored) === 'video')
    return (await openVideo(file, { side })).frames
  const { data, times, count, height, width } = await loadFrames(file, { side })
  const bytes = height * width * 3
  return Array.from({ length: count }, (_, i) => ({
    time: times[i] ?? 0,
    height,
    width,
    data: data.subarray(i * bytes, (i + 1) * bytes),
  }))
}

function meanOf(moments: readonly Moment[], classes: number): Float64Array {
  const sums = new Float64Array(classes)
  for (const { probabilities } of moments) {
    for (let i = 0; i < classes; i++) sums[i] = (sums[i] ?? 0) + (probabilities[i] ?? 0)
  }
  return sums.map((sum) => sum / moments.length)
}

interface Passage {
  start: number
  end: number
  readonly label: string
  probability: number
}

/**
 * Windows of the same label in a row as one passage. A window speaks for its middle, so a passage
 * ends half way between the middles of two windows that disagree.
 */
function timelineOf(moments: readonly Moment[], classes: readonly string[]): Passage[] {
  const passages: Passage[] = []
  moments.forEach(({ start, end, probabilities }, i) => {
    const best = argmax(probabilities)
    const label = classes[best] ?? ''
    const probability = Number((probabilities[best] ?? 0).toFixed(6))
    const before = passages.at(-1)
    const previous = moments[i - 1]?.start
    const length = end - start
    const border = previous === undefined ? start : milliseconds((previous + start + length) / 2)
    if (before?.label === label) {
      before.end = milliseconds(end)
      before.probability = Math.max(before.probability, probability)
      return
    }
    if (before !== undefined) before.end = border
    passages.push({ start: border, end: milliseconds(end), label, probability })
  })
  return passages
}

/** Seconds to the millisecond, as files give them. */
function milliseconds(seconds: number): number {
  return Number(seconds.toFixed(3))
}

function timelineText(passages: readonly Passage[]): string {
  return passages
    .map(({ start, end, label, probability }) => {
      return `  ${timestamp(start)} – ${timestamp(end)}  ${printable(label)} ${fraction(probability, 2)}\n`
    })
    .join('')
}
