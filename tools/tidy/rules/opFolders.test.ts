import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { opFolders } from './opFolders.ts'

const ops = 'packages/sluice/src/engine/ops'
const definition = 'export const add: OpDefinition<object> = {}'

it('asks for cases wherever an op is defined', () => {
  expect(placesFound(opFolders, { [`${ops}/add/add.ts`]: definition })).toEqual([
    `${ops}/add/add.ts:1`,
  ])
  const complete = { [`${ops}/add/add.ts`]: definition, [`${ops}/add/cases.ts`]: '' }
  expect(placesFound(opFolders, complete)).toEqual([])
})

it('does not ask it of folders with what ops share', () => {
  expect(placesFound(opFolders, { [`${ops}/pooling/window.ts`]: 'export const a = 1' })).toEqual([])
})
