import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { fileLength } from './fileLength.ts'

const lines = (count: number) => 'a\n'.repeat(count)

it('warns from 301 lines and fails from 401', () => {
  const texts = { 'a.ts': lines(300), 'b.ts': lines(301), 'c.ts': lines(400), 'd.ts': lines(401) }
  expect(placesFound(fileLength, texts)).toEqual(['b.ts:1?', 'c.ts:1?', 'd.ts:1'])
})

it('leaves fixtures and prose alone', () => {
  expect(placesFound(fileLength, { 'fixtures/a.ts': lines(900), 'a.md': lines(900) })).toEqual([])
})
