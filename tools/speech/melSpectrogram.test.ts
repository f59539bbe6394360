import { describe, expect, it } from 'vitest'
import { powerSpectrum } from './fft.ts'
import { BANDS, HOP, logMel, melFilters, onsetOf, RATE, toHertz, toMel } from './melSpectrogram.ts'

const tone = (hertz: number, samples: number) =>
  Float32Array.from({ length: samples }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / RATE))

describe('the transform', () => {
  it('equals its definition, summed term by term', () => {
    for (const count of [1, 2, 8, 64]) {
      const signal = Float64Array.from({ length: count }, (_, i) => ((i * 7919) % 13) - 6)
      const power = powerSpectrum(signal)
      expect(power).toHaveLength(Math.floor(count / 2) + 1)
      power.forEach((value, k) => {
        let re = 0
        let im = 0
        signal.forEach((sample, n) => {
          re += sample * Math.cos((2 * Math.PI * k * n) / count)
          im -= sample * Math.sin((2 * Math.PI * k * n) / count)
        })
        expect(value).toBeCloseTo(re * re + im * im, 7)
      })
    }
  })

  it('takes powers of two only', () => {
    expect(() => powerSpectrum(new Float64Array(12))).toThrow(/power of two/)
  })
})

describe('mel bands', () => {
  it('are on a scale where 1000 Hz is 1000 mel, and back', () => {
    expect(toMel(1000)).toBeCloseTo(1000, 0)
    for (const hertz of [60, 440, 7600]) expect(toHertz(toMel(hertz))).toBeCloseTo(hertz, 6)
  })

  it('overlap so that between the first peak and the last every frequency counts once', () => {
    const filters = melFilters()
    for (let k = 10; k < 220; k++) {
      expect(filters.reduce((sum, filter) => sum + (filter[k] ?? 0), 0)).toBeCloseTo(1, 9)
    }
  })

  it('hear a tone in the band whose peak is nearest', () => {
    const peaks = Array.from({ length: BANDS }, (_, band) =>
      toHertz(toMel(60) + ((toMel(7600) - toMel(60)) * (band + 1)) / (BANDS + 1)),
    )
    for (const band of [12, 20, 30, 38]) {
      const steps = 3
      const spectrogram = logMel(tone(peaks[band] ?? 0, RATE / 10), 0, steps)
      const column = Array.from({ length: BANDS }, (_, b) => spectrogram[b * steps + 1] ?? 0)
      expect(column.indexOf(Math.max(...column))).toBe(band)
    }
  })

  it('fill up with silence after the end', () => {
    const spectrogram = logMel(tone(500, 400), 0, 5)
    expect(spectrogram[4]).toBeCloseTo(Math.log(1e-6), 6)
    expect(spectrogram.every(Number.isFinite)).toBe(true)
  })
})

describe('the onset', () => {
  it('is where sound begins, and the beginning where there is none', () => {
    const late = new Float32Array(4000)
    late.set(tone(300, 2000), 5 * HOP)
    expect(onsetOf(late)).toBe(5 * HOP)
    expect(onsetOf(new Float32Array(1000))).toBe(0)
    expect(onsetOf(new Float32Array(0))).toBe(0)
  })
})
