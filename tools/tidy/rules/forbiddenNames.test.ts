import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { forbiddenNames } from './forbiddenNames.ts'

it.each(['src/utils.ts', 'src/shared/a.ts', 'src/poolManager.ts', 'src/mathHelpers.test.ts'])(
  'refuses %s',
  (path) => {
    expect(placesFound(forbiddenNames, { [path]: '' })).toEqual([`${path}:1`])
  },
)

it.each(['src/sharedMemory.ts', 'src/utility/a.ts', 'src/library.ts', 'src/coreCount.ts'])(
  'allows %s',
  (path) => {
    expect(placesFound(forbiddenNames, { [path]: '' })).toEqual([])
  },
)
