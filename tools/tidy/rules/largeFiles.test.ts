import { expect, it } from 'vitest'
import { houseOf } from '../house.ts'
import { largeFiles } from './largeFiles.ts'

it('finds large files outside fixtures', () => {
  const file = (path: string, bytes: number) => ({ path, bytes, text: undefined })
  const house = houseOf([
    file('docs/picture.png', 300_001),
    file('docs/small.png', 300_000),
    file('fixtures/clip.webp', 900_000),
  ])
  expect(largeFiles.check(house).map((finding) => finding.file)).toEqual(['docs/picture.png'])
})
