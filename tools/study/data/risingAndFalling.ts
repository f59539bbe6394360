import { cosine, type Schedule, warmup } from 'sluice/training'

/** Up for a twentieth of the steps, then down along a cosine. */
export function risingAndFalling(rate: number, steps: number): Schedule {
  const rising = Math.max(1, Math.round(steps / 20))
  return warmup(rising, cosine({ learningRate: rate, steps: Math.max(1, steps - rising) }))
}
