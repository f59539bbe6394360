import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { silentTests } from './silentTests.ts'

const found = (text: string) => placesFound(silentTests, { 'a.test.ts': text })

it.each([
  "it.only('x', f)",
  "describe.only('x', f)",
  "it.skip('x', f)",
  "it.skipIf(a)('x', f)",
  "it('x', (context) => context.skip())",
])('refuses %s', (text) => {
  expect(found(text)).toEqual(['a.test.ts:1'])
})

it.each([
  "// Skipped on Windows: it has no SIGINT.\nit.skipIf(windows)('x', f)",
  "it('x', (context) => context.skip('no ffmpeg here'))",
  'it.skipIf(missing)(\n  `opens videos (skipped: no ffmpeg)`, f)',
  'cursor.skip(4)',
])('allows %s', (text) => {
  expect(found(text)).toEqual([])
})
