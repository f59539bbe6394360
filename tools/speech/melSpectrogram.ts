/**
 * Log-mel spectrograms. Bands are triangles of equal width on the mel scale, 2595·log10(1 + f/700)
 * (O'Shaughnessy, "Speech communication", 1987), over the power of Hann windows.
 */
import { powerSpectrum } from './fft.ts'

export const RATE = 16_000
export const BANDS = 40
/** 25 ms and 10 ms. */
const WINDOW = 400
export const HOP = 160
const TRANSFORM = 512
const LOWEST_HZ = 60
const HIGHEST_HZ = 7600
/** Added to the power, so that silence has a logarithm. */
const FLOOR = 1e-6

export const toMel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700)
export const toHertz = (mel: number) => 700 * (10 ** (mel / 2595) - 1)

/** `[bands][TRANSFORM/2 + 1]`: how much of each frequency a band takes. */
export function melFilters(bands = BANDS): Float64Array[] {
  const [low, high] = [toMel(LOWEST_HZ), toMel(HIGHEST_HZ)]
  const edge = (index: number) => toHertz(low + ((high - low) * index) / (bands + 1))
  return Array.from({ length: bands }, (_, band) => {
    const [from, peak, to] = [edge(band), edge(band + 1), edge(band + 2)]
    return Float64Array.from({ length: TRANSFORM / 2 + 1 }, (_, k) => {
      const hertz = (k * RATE) / TRANSFORM
      const rising = (hertz - from) / (peak - from)
      const falling = (to - hertz) / (to - peak)
      return Math.max(0, Math.min(rising, falling))
    })
  })
}

const filters = melFilters()
const hann = Float64Array.from(
  { length: WINDOW },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / WINDOW),
)

/**
 * `[BANDS, steps]` of 16 kHz mono sound, a step every 10 ms from sample `from` on; what lies beyond the
 * end is silence.
 */
export function logMel(sound: Float32Array, from: number, steps: number): Float32Array {
  const out = new Float32Array(BANDS * steps)
  const windowed = new Float64Array(TRANSFORM)
  for (let step = 0; step < steps; step++) {
    const start = from + step * HOP
    for (let i = 0; i < WINDOW; i++) windowed[i] = (sound[start + i] ?? 0) * (hann[i] as number)
    const power = powerSpectrum(windowed)
    filters.forEach((filter, band) => {
      let sum = FLOOR
      for (let k = 0; k < filter.length; k++) sum += (filter[k] as number) * (power[k] as number)
      out[band * steps + step] = Math.log(sum)
    })
  }
  return out
}

/** The sample where sound begins: the first 10 ms louder than a hundredth of the loudest (−20 dB). */
export function onsetOf(sound: Float32Array): number {
  const levels = Array.from({ length: Math.max(1, Math.ceil(sound.length / HOP)) }, (_, i) =>
    sound.subarray(i * HOP, (i + 1) * HOP).reduce((sum, value) => sum + value * value, 0),
  )
  const loudest = Math.max(...levels)
  return (
    Math.max(
      0,
      levels.findIndex((level) => level >= loudest / 100),
    ) * HOP
  )
}
