import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { importCycles } from './importCycles.ts'

it('finds circles of values', () => {
  const texts = {
    'a.ts': "import { b } from './b.ts'",
    'b.ts': "import { c } from './c.ts'",
    'c.ts': "\nimport { a } from './a.ts'",
  }
  expect(placesFound(importCycles, texts)).toEqual(['c.ts:2'])
})

it('lets types and later loads go round', () => {
  const texts = {
    'a.ts': "import { b } from './b.ts'",
    'b.ts': "import type { A } from './a.ts'\nconst a = import('./a.ts')",
  }
  expect(placesFound(importCycles, texts)).toEqual([])
})
