import { describe, expect, it } from 'vitest'
import { levelBands } from './levelBands.ts'
import { BANDS } from './melSpectrogram.ts'

describe('levelling bands', () => {
  it('takes mean and deviation from the known recordings, and changes the group alone', () => {
    const steps = 4
    // Band 1 of recordings 0 to 2: 10 ± 2 as known, 20, and one that is left alone.
    const spectrograms = new Float32Array(3 * BANDS * steps)
    const place = (recording: number) => (recording * BANDS + 1) * steps
    spectrograms.set([8, 12, 8, 12], place(0))
    spectrograms.fill(20, place(1), place(1) + steps)
    spectrograms.fill(30, place(2), place(2) + steps)
    levelBands(spectrograms, [0, 1], [0], steps)
    const band = (recording: number) => [
      ...spectrograms.subarray(place(recording), place(recording) + steps),
    ]
    expect(band(0)).toEqual([-1, 1, -1, 1])
    expect(band(1)).toEqual([5, 5, 5, 5])
    expect(band(2)).toEqual([30, 30, 30, 30])
  })
})
