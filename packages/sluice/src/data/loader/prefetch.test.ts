import { describe, expect, it } from 'vitest'
import { mapInOrder, prefetch } from './prefetch.ts'

const later = () => new Promise((resolve) => setTimeout(resolve, 1))

describe('prefetch', () => {
  it('gives results in order, with the next one begun while one is used', async () => {
    const begun: number[] = []
    const seen: number[] = []
    for await (const value of prefetch(2, 6, async (i) => {
      begun.push(i)
      await later()
      return i * 10
    })) {
      seen.push(value)
      expect(begun.length).toBe(Math.min(seen.length + 1, 4))
    }
    expect(seen).toEqual([20, 30, 40, 50])
  })

  it('makes nothing when there is nothing left', async () => {
    const results = prefetch(3, 3, () => Promise.reject(new Error('never')))
    expect((await results.next()).done).toBe(true)
  })

  it('throws an error when its turn comes, not before, and none for what nobody waits for', async () => {
    const results = prefetch(0, 3, async (i) => {
      if (i === 1) throw new Error('second')
      return i
    })
    expect((await results.next()).value).toBe(0)
    await later()
    await expect(results.next()).rejects.toThrow('second')
    const abandoned = prefetch(0, 3, async (i) => {
      if (i === 1) throw new Error('second')
      return i
    })
    await abandoned.next()
    await abandoned.return()
    await later()
  })
})

describe('mapInOrder', () => {
  it('keeps to its limit', async () => {
    let running = 0
    let most = 0
    await mapInOrder([1, 2, 3, 4, 5, 6, 7], 3, async () => {
      running++
      most = Math.max(most, running)
      await later()
      running--
    })
    expect(most).toBe(3)
  })

  it('ends only when all that began has ended, and throws the first error', async () => {
    let running = 0
    const work = mapInOrder([0, 1, 2, 3], 2, async (item) => {
      running++
      await later()
      running--
      if (item < 2) throw new Error(`item ${item}`)
    })
    await expect(work).rejects.toThrow('item 0')
    expect(running).toBe(0)
  })
})
