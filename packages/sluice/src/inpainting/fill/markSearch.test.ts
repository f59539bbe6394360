import { describe, expect, it } from 'vitest'
import { Random } from '../../foundation/random.ts'
import { squaredDistances } from './distance.ts'
import { MarkSearch } from './markSearch.ts'

describe('a search for marks', () => {
  it('finds what a look at every byte finds, wherever the bytes lie in memory', () => {
    const random = new Random(2, 'marks')
    for (let round = 0; round < 200; round++) {
      const shift = random.integer(8)
      const bytes = new Uint8Array(shift + random.integer(70)).subarray(shift)
      const { length } = bytes
      for (let i = 0; i < random.integer(4); i++)
        bytes[random.integer(length)] = 1 << random.integer(8)
      const search = new MarkSearch(bytes)
      for (let from = 0; from <= length; from++) {
        const end = from + random.integer(length - from + 1)
        const found = bytes.subarray(from, end).findIndex((byte) => byte !== 0)
        expect(search.next(from, end)).toBe(found < 0 ? end : from + found)
      }
    }
  })
})

describe('distances', () => {
  it('are those to the nearest mark, and far where there is none', () => {
    const [width, height] = [13, 9]
    const random = new Random(4, 'distances')
    for (let round = 0; round < 20; round++) {
      const marked = new Uint8Array(width * height)
      for (let i = 0; i < round % 5; i++) marked[random.integer(marked.length)] = 1
      const wanted = Array.from(marked, (_, i) => {
        let nearest = 1e20
        for (const [j, mark] of marked.entries()) {
          const across = (i % width) - (j % width)
          const down = Math.floor(i / width) - Math.floor(j / width)
          if (mark === 1) nearest = Math.min(nearest, across ** 2 + down ** 2)
        }
        return nearest
      })
      expect([...squaredDistances(marked, width, height)]).toEqual(wanted)
    }
  })
})
