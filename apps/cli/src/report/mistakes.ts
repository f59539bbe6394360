import { Random } from 'sluice'
import {
  type ClipSource,
  type FrameOrder,
  orderFrames,
  type Preprocessing,
  type Recording,
} from 'sluice/data'
import { argmax, type Prediction } from 'sluice/training'
import { clipFrames, evenly } from '../pictures/clipFrames.ts'
import { dataUriOf, tiled } from '../pictures/pixels.ts'
import { html, type Markup } from './markup.ts'
import { percent } from './percent.ts'

/** A clip that was called something else. */
export interface Mistake {
  /** Its place among the items that were evaluated. */
  readonly index: number
  readonly item: ClipSource
  readonly called: number
  /** How sure the network was of what it said, and of what would have been right. */
  readonly confidence: number
  readonly ownProbability: number
}

/** Mistakes, the most confident first: of two equally confident, the one further from the truth. */
export function worstMistakes(
  items: readonly ClipSource[],
  predictions: readonly Prediction[],
): Mistake[] {
  const mistakes = items.flatMap((item, index): Mistake[] => {
    const prediction = predictions[index]
    if (prediction === undefined) return []
    const { label, probabilities } = prediction
    const called = argmax(probabilities)
    if (called === label) return []
    const confidence = probabilities[called] ?? 0
    return [{ index, item, called, confidence, ownProbability: probabilities[label] ?? 0 }]
  })
  return mistakes.sort(
    (a, b) =>
      b.confidence - a.confidence || a.ownProbability - b.ownProbability || a.index - b.index,
  )
}

/** Pixels of a thumbnail's side, and the most frames in a strip. */
const SIDE = 72
const MOST_FRAMES = 8

/** Cards with a strip of the frames that the network saw (of several clips, the middle one). */
export async function mistakeGallery(
  mistakes: readonly Mistake[],
  options: {
    readonly classes: readonly string[]
    readonly load: (item: ClipSource) => Promise<Recording>
    readonly preprocessing: Preprocessing
    readonly order: FrameOrder
    readonly seed: number
  },
): Promise<Markup> {
  const { classes, load, preprocessing, order, seed } = options
  const cards: Markup[] = []
  for (const { item, index, called, confidence, ownProbability } of mistakes) {
    const random = new Random(seed, 'order of frames', index)
    const shown = { order: orderFrames(order, preprocessing.frames, random) }
    const frames = clipFrames(await load(item), preprocessing, SIDE, shown)
    const strip = tiled(evenly(frames, MOST_FRAMES), MOST_FRAMES, 1)
    const [truth, said] = [classes[item.label] ?? '', classes[called] ?? '']
    cards.push(html`<figure class="card"><img src="${await dataUriOf(strip, 'photograph')}" width="${strip.width}" height="${strip.height}" loading="lazy" alt="${frames.length} frames of ${item.path}"/>
<figcaption><span class="is">${truth}</span> called <span class="called">${said}</span> with ${percent(confidence)}; ${truth} had ${percent(ownProbability)}<span class="path">${item.path}</span></figcaption></figure>\n`)
  }
  return html`<div class="mistakes">\n${cards}</div>`
}
