import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { nodeImports } from './nodeImports.ts'

const text = "import { readFileSync } from 'node:fs'"

it('keeps Node out of the library, also when loaded later', () => {
  const path = 'packages/sluice/src/formats/a.ts'
  expect(placesFound(nodeImports, { [path]: text })).toEqual([`${path}:1`])
  expect(placesFound(nodeImports, { [path]: "await import('node:os')" })).toEqual([`${path}:1`])
})

it('lets apps, tests and the listed files use it', () => {
  const texts = {
    'apps/cli/src/main.ts': text,
    'packages/sluice/src/formats/a.test.ts': text,
    'packages/sluice/src/backends/wasm/workers.ts': "await import('node:worker_threads')",
  }
  expect(placesFound(nodeImports, texts)).toEqual([])
})
