import { describe, expect, it } from 'vitest'
import { pictureBatches } from './pictureBatches.ts'

const picture = (value: number) => ({
  picture: new Float32Array(3).fill(value),
  mask: Uint8Array.of(1),
})

describe('batches of pictures', () => {
  it('come in order, whoever of their pictures is ready first, and are made ahead of time', async () => {
    const asked: number[] = []
    const batches = pictureBatches({
      ...{ batch: 2, from: 3, to: 8 },
      async make(index) {
        asked.push(index)
        await new Promise((resolve) => setTimeout(resolve, index % 3))
        return picture(index / 100)
      },
    })
    const seen: number[] = []
    for await (const { inputs } of batches) {
      if (seen.length === 0) expect(asked.length).toBeGreaterThan(2)
      seen.push(...[inputs[0], inputs[4]].map((value) => Math.round(100 * (value ?? 0))))
    }
    expect(seen).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    expect(asked).toEqual(seen)
  })

  it('fail when a picture does, and only when it is their turn', async () => {
    const make = async (index: number) => {
      if (index === 2) throw new Error('gone')
      return picture(0)
    }
    const batches = pictureBatches({ batch: 1, from: 0, to: 4, make })
    expect((await batches.next()).done).toBe(false)
    expect((await batches.next()).done).toBe(false)
    await expect(batches.next()).rejects.toThrow('gone')
  })
})
