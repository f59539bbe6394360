/**
 * The climate of the training years at each place, and what each clip adds to it. A season's weather
 * could as well have come over another month's climate: exchanging anomalies between clips of one
 * place makes new clips that keep their label.
 */
import type { Random } from '../../packages/sluice/src/foundation/random.ts'
import { CLIP_VALUES, cutClip, MONTHS, type Place, type Winds } from './patches.ts'

export interface Anomalies {
  readonly starts: readonly number[]
  readonly places: number
  /** `[12, places, clip]`: mean clips by month of the first frame. */
  readonly climate: Float32Array
  /** `[starts, places, clip]`: clips less their month's climate. */
  readonly anomalies: Float32Array
}

export function anomaliesOf(
  winds: Winds,
  starts: readonly number[],
  places: readonly Place[],
): Anomalies {
  const perStart = places.length * CLIP_VALUES
  const anomalies = new Float32Array(starts.length * perStart)
  const climate = new Float32Array(MONTHS.length * perStart)
  const counts = MONTHS.map((_, month) => starts.filter((start) => start % 12 === month).length)
  starts.forEach((start, index) => {
    const month = start % MONTHS.length
    places.forEach((place, p) => {
      cutClip(winds, start, place, anomalies, index * perStart + p * CLIP_VALUES)
    })
    for (let i = 0; i < perStart; i++) {
      const at = month * perStart + i
      const share = (anomalies[index * perStart + i] as number) / (counts[month] ?? 1)
      climate[at] = (climate[at] as number) + share
    }
  })
  starts.forEach((start, index) => {
    const from = (start % MONTHS.length) * perStart
    for (let i = 0; i < perStart; i++) {
      const at = index * perStart + i
      anomalies[at] = (anomalies[at] as number) - (climate[from + i] as number)
    }
  })
  return { starts, places: places.length, climate, anomalies }
}

/**
 * A training clip: the climate of its month and place and a random other clip's anomaly there. The
 * mean of few years already holds a part of each anomaly, so anomalies are widened by what a mean of
 * `n` takes away, √(n / (n − 1)).
 */
export function exchangedClip(
  { starts, places, climate, anomalies }: Anomalies,
  clip: { readonly start: number; readonly place: number },
  random: Random,
  out: Float32Array,
  at: number,
): void {
  const other = random.integer(starts.length)
  const years = starts.length / MONTHS.length
  const widening = Math.sqrt(years / (years - 1))
  const month = (starts[clip.start] ?? 0) % MONTHS.length
  const base = (month * places + clip.place) * CLIP_VALUES
  const added = (other * places + clip.place) * CLIP_VALUES
  for (let i = 0; i < CLIP_VALUES; i++) {
    out[at + i] = (climate[base + i] as number) + widening * (anomalies[added + i] as number)
  }
}
