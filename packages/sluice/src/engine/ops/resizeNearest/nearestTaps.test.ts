import { describe, expect, it } from 'vitest'
import { nearestTaps } from './nearestTaps.ts'

function read(inputs: number, outputs: number): number[] {
  const [, , width] = nearestTaps([1, 1, inputs], {
    size: [1, 1, outputs],
    mode: 'alignCorners',
  })
  return [...width.indices]
}

describe('nearest neighbours with aligned corners', () => {
  it('round a place half-way between two up, whatever the size', () => {
    for (let outputs = 3; outputs < 400; outputs += 2) {
      // The middle output lies at (2·outputs − 1) / 2, which is half-way.
      expect(read(2 * outputs, outputs)[(outputs - 1) / 2]).toBe(outputs)
    }
  })

  it('begin and end where the input does', () => {
    expect(read(8, 4)).toEqual([0, 2, 5, 7])
    expect(read(5, 1)).toEqual([0])
    expect(read(1, 3)).toEqual([0, 0, 0])
  })
})
