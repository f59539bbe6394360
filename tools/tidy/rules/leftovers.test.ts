import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { leftovers } from './leftovers.ts'

const word = 'TO' + 'DO'

it('finds what was left for later, in code and prose', () => {
  const texts = { 'a.ts': `\n// ${word} later`, 'b.md': `${word}: write`, 'c.py': `# ${word}` }
  expect(placesFound(leftovers, texts)).toEqual(['a.ts:2', 'b.md:1', 'c.py:1'])
})

it('does not mind parts of words', () => {
  expect(placesFound(leftovers, { 'a.ts': `const ${word}S = 1 // x${word}` })).toEqual([])
})
