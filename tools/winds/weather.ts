/**
 * Training clips without end: the climate of a place and month, and weather drawn for it. Weather is
 * a mixture of what was seen: of the anomalies of that place, which are few, and of other places',
 * which are many, brought to the spread that the place has.
 */
import type { Random } from '../../packages/sluice/src/foundation/random.ts'
import { anomaliesOf, climateOf, WAVES } from './climate.ts'
import { CHANNELS, CLIP_MONTHS, cutClip, MONTHS, type Place, type Winds } from './patches.ts'

/** Part of a drawn weather's variance that is of other places, and of no place: white noise. */
const OTHERS = 0.6
const NOISE = 0.1
/** Anomalies in a mixture. Two windows of one month and place are never the same twice. */
const MIXED = 3
/** How far the spread of a place is its own, point by point; the rest has the pattern of all places. */
const OWN_SPREAD = 0.8

export interface WeatherOptions {
  readonly winds: Winds
  /** Months that may be learnt from. */
  readonly months: readonly number[]
  /** First months of the windows that lie within them. */
  readonly starts: readonly number[]
  readonly places: readonly Place[]
  /** Side of a patch in points of the grid. */
  readonly patch: number
}

export class Weather {
  /** Values of a clip. */
  readonly size: number
  /** `[places, starts, size]`. */
  readonly anomalies: Float32Array
  /** `[places, 12, size]`. */
  readonly climate: Float32Array
  private readonly starts: number
  private readonly places: number
  /** `[places, size]`: deviation of the anomalies, as seen and as drawn. */
  private readonly seen: Float32Array
  private readonly spread: Float32Array
  /** Deviation of the noise of each place. */
  private readonly noise: Float32Array

  constructor({ winds, months, starts, places, patch }: WeatherOptions) {
    const size = CHANNELS * CLIP_MONTHS * patch ** 2
    this.size = size
    this.starts = starts.length
    this.places = places.length
    const climate = climateOf(winds, months)
    const anomalies = anomaliesOf(winds, climate)
    this.climate = new Float32Array(places.length * MONTHS.length * size)
    this.anomalies = new Float32Array(places.length * starts.length * size)
    places.forEach((place, p) => {
      MONTHS.forEach((_, m) => {
        cutClip(climate, m, place, this.climate, (p * MONTHS.length + m) * size, patch)
      })
      starts.forEach((start, s) => {
        cutClip(anomalies, start, place, this.anomalies, (p * starts.length + s) * size, patch)
      })
    })
    // What fitting the climate took out of the anomalies.
    const widening = Math.sqrt(months.length / (months.length - 1 - 2 * WAVES))
    for (let i = 0; i < this.anomalies.length; i++) {
      this.anomalies[i] = (this.anomalies[i] as number) * widening
    }
    this.seen = this.deviations()
    const { spread, noise } = this.drawnSpread()
    this.spread = spread
    this.noise = noise
  }

  /** Draws a clip of a place and a calendar month. */
  draw(place: number, month: number, random: Random, out: Float32Array, at: number): void {
    const { size, anomalies, seen, spread } = this
    const usual = (place * MONTHS.length + month) * size
    const noise = this.noise[place] as number
    for (let i = 0; i < size; i++) {
      out[at + i] = (this.climate[usual + i] as number) + noise * random.normal()
    }
    for (const weight of mixture(1 - OTHERS, random)) {
      const from = (place * this.starts + random.integer(this.starts)) * size
      for (let i = 0; i < size; i++) {
        out[at + i] = (out[at + i] as number) + weight * (anomalies[from + i] as number)
      }
    }
    for (const weight of mixture(OTHERS, random)) {
      const other = random.integer(this.places)
      const from = (other * this.starts + random.integer(this.starts)) * size
      for (let i = 0; i < size; i++) {
        const ratio = (spread[place * size + i] as number) / (seen[other * size + i] as number)
        out[at + i] = (out[at + i] as number) + weight * ratio * (anomalies[from + i] as number)
      }
    }
  }

  private deviations(): Float32Array {
    const { size, starts, anomalies } = this
    return Float32Array.from({ length: this.places * size }, (_, k) => {
      const first = Math.floor(k / size) * starts * size + (k % size)
      let squares = 0
      for (let s = 0; s < starts; s++) squares += (anomalies[first + s * size] as number) ** 2
      return Math.sqrt(squares / starts)
    })
  }

  private drawnSpread(): { spread: Float32Array; noise: Float32Array } {
    const { size, places, seen } = this
    const pattern = Float64Array.from({ length: size }, (_, i) => {
      let sum = 0
      for (let p = 0; p < places; p++) sum += (seen[p * size + i] as number) ** 2
      return sum / places
    })
    const ofAll = mean(pattern)
    const spread = new Float32Array(places * size)
    const noise = new Float32Array(places)
    for (let p = 0; p < places; p++) {
      const own = Float64Array.from(seen.subarray(p * size, (p + 1) * size), (v) => v ** 2)
      const ofPlace = mean(own)
      noise[p] = Math.sqrt(NOISE * ofPlace)
      for (let i = 0; i < size; i++) {
        const shared = (ofPlace / ofAll) * (pattern[i] as number)
        spread[p * size + i] = Math.sqrt(
          OWN_SPREAD * (own[i] as number) + (1 - OWN_SPREAD) * shared,
        )
      }
    }
    return { spread, noise }
  }
}

/** Weights of a mixture of independent anomalies that has this part of their variance. */
function mixture(variance: number, random: Random): number[] {
  const weights = Array.from({ length: MIXED }, () => random.normal())
  const length = Math.hypot(...weights)
  return weights.map((weight) => (weight / length) * Math.sqrt(variance))
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
