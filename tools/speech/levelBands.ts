import { BANDS } from './melSpectrogram.ts'

/**
 * Brings bands to mean 0 and deviation 1, in place: what a microphone, a room and a voice add to the
 * logarithm of every step is taken away (Viikki and Laurila, "Cepstral domain segmental feature vector
 * normalization", 1998).
 * @param spectrograms `[recordings, BANDS, steps]`
 * @param group recordings that are changed  @param known those that say mean and deviation
 */
export function levelBands(
  spectrograms: Float32Array,
  group: readonly number[],
  known: readonly number[],
  steps: number,
): void {
  const valuesOf = (recording: number, band: number): Float32Array => {
    const at = (recording * BANDS + band) * steps
    return spectrograms.subarray(at, at + steps)
  }
  for (let band = 0; band < BANDS; band++) {
    let [sum, squares] = [0, 0]
    for (const recording of known) {
      for (const value of valuesOf(recording, band)) {
        sum += value
        squares += value * value
      }
    }
    const count = known.length * steps
    const mean = sum / count
    const deviation = Math.sqrt(Math.max(squares / count - mean * mean, 1e-6))
    for (const recording of group) {
      const values = valuesOf(recording, band)
      values.forEach((value, i) => {
        values[i] = (value - mean) / deviation
      })
    }
  }
}
