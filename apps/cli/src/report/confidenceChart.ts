import { argmax, type Prediction } from 'sluice/training'
import { html, type Markup } from './markup.ts'
import { percent } from './percent.ts'

const BINS = 10

/** One bin of confidence: how many clips fell into it, and how many of them were right. */
export interface ConfidenceBin {
  readonly right: number
  readonly wrong: number
  /** Mean confidence of the clips in it. */
  readonly confidence: number
}

/** Predictions by how sure the network was of what it said. */
export function confidenceBins(predictions: readonly Prediction[]): ConfidenceBin[] {
  const bins = Array.from({ length: BINS }, () => ({ right: 0, wrong: 0, sum: 0 }))
  for (const { label, probabilities } of predictions) {
    const called = argmax(probabilities)
    const confidence = probabilities[called] ?? 0
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))]
    if (bin === undefined) continue
    if (called === label) bin.right++
    else bin.wrong++
    bin.sum += confidence
  }
  return bins.map(({ right, wrong, sum }) => ({
    ...{ right, wrong },
    confidence: right + wrong === 0 ? 0 : sum / (right + wrong),
  }))
}

/**
 * The expected calibration error (Naeini et al. 2015): how far confidence and accuracy are apart, on
 * average over clips.
 */
export function calibrationError(bins: readonly ConfidenceBin[]): number {
  let total = 0
  let apart = 0
  for (const { right, wrong, confidence } of bins) {
    total += right + wrong
    apart += Math.abs(right - confidence * (right + wrong))
  }
  return total === 0 ? 0 : apart / total
}

const [WIDTH, HEIGHT, BASE] = [480, 170, 140]

/** Bars of right and wrong answers by confidence. */
export function confidenceChart(predictions: readonly Prediction[]): Markup {
  const bins = confidenceBins(predictions)
  const most = Math.max(1, ...bins.map(({ right, wrong }) => right + wrong))
  const step = (WIDTH - 16) / BINS
  const height = (value: number): number => Number(((value / most) * (BASE - 22)).toFixed(1))
  const bars = bins.map(({ right, wrong }, i) => {
    const x = 8 + i * step + 2
    const [tall, above] = [height(right), height(wrong)]
    const range = `${(100 * i) / BINS} to ${(100 * (i + 1)) / BINS} %`
    const about = `${range} sure: ${right} right, ${wrong} wrong`
    return html`<g><title>${about}</title><rect class="hit" x="${x}" width="${step - 4}" y="${BASE - tall}" height="${tall}"/><rect class="miss" x="${x}" width="${step - 4}" y="${(BASE - tall - above).toFixed(1)}" height="${above}"/>${right + wrong > 0 && html`<text x="${x + step / 2 - 2}" y="${(BASE - tall - above - 4).toFixed(1)}" text-anchor="middle">${right + wrong}</text>`}</g>\n`
  })
  const ticks = [0, 0.5, 1].map(
    (at) =>
      html`<text x="${8 + at * (WIDTH - 16)}" y="${BASE + 16}" text-anchor="${at === 0 ? 'start' : at === 1 ? 'end' : 'middle'}">${percent(at, 0)}</text>`,
  )
  return html`<div class="card half"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="clips by how sure the network was, right and wrong">
<line class="axis" x1="8" x2="${WIDTH - 8}" y1="${BASE}" y2="${BASE}"/>
${bars}${ticks}</svg></div>
<p class="note">Clips by the probability of what was said, the wrong ones on top. Confidence and accuracy are ${percent(calibrationError(bins))} apart (expected calibration error).</p>`
}
