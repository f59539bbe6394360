import { describe, expect, it } from 'vitest'
import { arrows } from '../arrows.ts'
import { placesFound } from '../sample.ts'
import { importArrows } from './importArrows.ts'

const src = 'packages/sluice/src'
const found = (path: string, text: string) => placesFound(importArrows, { [path]: text })

describe('import arrows', () => {
  it('let ops use the graph and not the other way round', () => {
    const ops = "import { a } from '../../graph/graph.ts'"
    expect(found(`${src}/engine/ops/add/add.ts`, ops)).toEqual([])
    const graph = "import { add } from '../ops/add/add.ts'"
    expect(found(`${src}/engine/graph/graph.ts`, graph)).toEqual([`${src}/engine/graph/graph.ts:1`])
  })

  it('let the device name types of planning and no values', () => {
    const path = `${src}/engine/device/device.ts`
    expect(found(path, "import type { Plan } from '../planning/plan.ts'")).toEqual([])
    expect(found(path, "import { plan } from '../planning/plan.ts'")).toEqual([`${path}:1`])
  })

  it('keep backends apart', () => {
    const path = `${src}/backends/wasm/wasmDevice.ts`
    expect(found(path, "import { x } from '../reference/referenceDevice.ts'")).toEqual([
      `${path}:1`,
    ])
  })

  it('allow no dependency in the library', () => {
    expect(found(`${src}/data/a.ts`, "import sharp from 'sharp'")).toHaveLength(1)
  })

  it('let entry points import anything and unit tests too', () => {
    const text = "import { compile } from '../engine/runtime/compile.ts'"
    expect(found(`${src}/entrypoints/index.ts`, text)).toEqual([])
    expect(found(`${src}/formats/a.test.ts`, text)).toEqual([])
  })

  it('show apps only the entry points', () => {
    const path = 'apps/cli/src/main.ts'
    expect(found(path, "import { train } from 'sluice/training'")).toEqual([])
    expect(found(path, "import { x } from 'sluice/dist/foundation/random.js'")).toHaveLength(1)
    expect(found(path, "import { x } from '../../../packages/sluice/src/a.ts'")).toHaveLength(1)
  })

  it('send every new folder to the table', () => {
    expect(found(`${src}/attic/a.ts`, "import { x } from '../foundation/shape.ts'")).toHaveLength(1)
  })
})

describe('the table of arrows', () => {
  it('names only folders that have a row', () => {
    const folders = new Set(arrows.map(({ folder }) => folder))
    const named = arrows.flatMap(({ may, types = [] }) => [...may, ...types])
    expect(named.filter((folder) => !folders.has(folder))).toEqual([])
  })

  it('has no circle of values', () => {
    const reach = (folder: string, seen: readonly string[]): string[] =>
      (arrows.find((row) => row.folder === folder)?.may ?? []).flatMap((next) =>
        seen.includes(next) ? [next] : reach(next, [...seen, next]),
      )
    for (const { folder } of arrows) expect(reach(folder, [folder])).toEqual([])
  })
})
