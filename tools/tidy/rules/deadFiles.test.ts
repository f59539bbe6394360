import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { deadFiles } from './deadFiles.ts'

const src = 'packages/sluice/src'

it('finds a file that only its own test imports', () => {
  const texts = {
    [`${src}/data/used.ts`]: '',
    [`${src}/data/dead.ts`]: '',
    [`${src}/data/dead.test.ts`]: "import './dead.ts'",
    [`${src}/entrypoints/data.ts`]: "export * from '../data/used.ts'",
  }
  expect(placesFound(deadFiles, texts)).toEqual([`${src}/data/dead.ts:1`])
})

it('counts other tests and workers as users', () => {
  const texts = {
    [`${src}/engine/ops/add/cases.ts`]: '',
    'test/contract/ops.test.ts': "import '../../packages/sluice/src/engine/ops/add/cases.ts'",
    'apps/cli/src/decodeWorker.ts': '',
    'apps/cli/src/main.ts': "new URL('./decodeWorker.js', import.meta.url)",
  }
  expect(placesFound(deadFiles, texts)).toEqual([])
})
