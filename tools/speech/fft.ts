/** Power of real signals by frequency: an in-place radix-2 transform (Cooley and Tukey, 1965). */
import { invariant } from '../../packages/sluice/src/foundation/invariant.ts'

/** |X(k)|² for k = 0 … N/2 of a real signal of N samples, N a power of two. */
export function powerSpectrum(signal: Float64Array): Float64Array {
  const count = signal.length
  invariant(count > 0 && (count & (count - 1)) === 0, 'the length is a power of two')
  const real = new Float64Array(count)
  const imaginary = new Float64Array(count)
  const bits = Math.log2(count)
  for (let i = 0; i < count; i++) real[reversed(i, bits)] = signal[i] as number
  for (let half = 1; half < count; half *= 2) {
    for (let k = 0; k < half; k++) {
      const cos = Math.cos((-Math.PI * k) / half)
      const sin = Math.sin((-Math.PI * k) / half)
      for (let a = k; a < count; a += 2 * half) {
        const b = a + half
        const re = (real[b] as number) * cos - (imaginary[b] as number) * sin
        const im = (real[b] as number) * sin + (imaginary[b] as number) * cos
        real[b] = (real[a] as number) - re
        imaginary[b] = (imaginary[a] as number) - im
        real[a] = (real[a] as number) + re
        imaginary[a] = (imaginary[a] as number) + im
      }
    }
  }
  return Float64Array.from(
    { length: count / 2 + 1 },
    (_, k) => (real[k] as number) ** 2 + (imaginary[k] as number) ** 2,
  )
}

function reversed(index: number, bits: number): number {
  let out = 0
  for (let bit = 0; bit < bits; bit++) out |= ((index >> bit) & 1) << (bits - 1 - bit)
  return out
}
