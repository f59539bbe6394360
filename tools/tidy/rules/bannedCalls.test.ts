import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { bannedCalls } from './bannedCalls.ts'

const library = 'packages/sluice/src/training/a.ts'

it.each(['Math.random()', 'Date.now()', 'new Date()', 'performance.now()', 'console.log(1)'])(
  'refuses %s in the library',
  (call) => {
    expect(placesFound(bannedCalls, { [library]: `\nconst x = ${call}` })).toEqual([`${library}:2`])
  },
)

it('lets apps read clocks and speak, and nobody draw lots without a seed', () => {
  const app = 'apps/cli/src/a.ts'
  expect(placesFound(bannedCalls, { [app]: 'console.log(Date.now())' })).toEqual([])
  expect(placesFound(bannedCalls, { [app]: 'Math.random()' })).toEqual([`${app}:1`])
})

it('ignores words in comments and strings', () => {
  expect(placesFound(bannedCalls, { [library]: "// Date.now\nconst s = 'Math.random'" })).toEqual(
    [],
  )
})
