import { describe, expect, it } from 'vitest'
import { createFrames } from '../clips/frames.ts'
import { keepFrames } from './keepFrames.ts'

const frames = createFrames({
  height: 1,
  width: 10,
  data: new Uint8Array(30),
  times: [0],
  duration: 1,
})

describe('keepFrames', () => {
  it('loads once what fits, and again what does not', async () => {
    const loads: string[] = []
    const load = keepFrames(async (item: { path: string }) => {
      loads.push(item.path)
      return frames
    }, 80)
    for (let epoch = 0; epoch < 2; epoch++) {
      for (const path of ['a', 'b', 'c']) await load({ path })
    }
    expect(loads).toEqual(['a', 'b', 'c', 'c'])
  })
})
