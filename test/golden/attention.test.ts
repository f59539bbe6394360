import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backwardGraph } from '../../packages/sluice/src/engine/autodiff/backwardGraph.ts'
import { GraphBuilder } from '../../packages/sluice/src/engine/graph/graphBuilder.ts'
import {
  type ContextualAttentionAttributes,
  contextualAttention,
} from '../../packages/sluice/src/engine/ops/contextualAttention/contextualAttention.ts'
import { compileGraph } from '../../packages/sluice/src/engine/runtime/compile.ts'
import { readSafetensors } from '../../packages/sluice/src/entrypoints/formats.ts'
import type { Device } from '../../packages/sluice/src/entrypoints/index.ts'
import { testedDevices } from './devices.ts'
import { type Formula, formulaValues } from './formula.ts'
import { distanceFromKept, type Kept } from './goldens.ts'

type Hole = readonly [top: number, left: number, bottom: number, right: number]

/** What PyTorch made of one case: fixtures/attention/generate.py. */
interface AttentionGolden extends Formula {
  readonly name: string
  readonly shape: readonly [number, number, number, number]
  /** One of each item. */
  readonly holes: readonly Hole[]
  readonly attributes: ContextualAttentionAttributes
  readonly y: Kept
  readonly dForeground: Kept
  readonly dBackground: Kept
}

const folder = new URL('../../fixtures/attention/', import.meta.url)
const { tensors } = readSafetensors(
  readFileSync(new URL('goldens.safetensors', folder)),
  'fixtures/attention/goldens.safetensors',
)
const goldens: readonly AttentionGolden[] = JSON.parse(
  readFileSync(new URL('index.json', folder), 'utf8'),
)

function maskOf({ shape: [batch, , height, width], holes }: AttentionGolden): Float32Array {
  return Float32Array.from({ length: batch * height * width }, (_, index) => {
    const [top, left, bottom, right] = holes[Math.floor(index / (height * width))] ?? [0, 0, 0, 0]
    const row = Math.floor(index / width) % height
    const column = index % width
    return row >= top && row < bottom && column >= left && column < right ? 1 : 0
  })
}

/** Distances of the output and of both gradients from PyTorch's, by name. */
async function distances(golden: AttentionGolden, device: Device): Promise<Record<string, number>> {
  const { shape, salt } = golden
  const [batch, , height, width] = shape
  const builder = new GraphBuilder()
  const foreground = builder.input('foreground', shape)
  const background = builder.input('background', shape)
  const mask = builder.input('mask', [batch, 1, height, width])
  const inputs = [foreground, background, mask]
  const y = builder.applyOne(contextualAttention, inputs, golden.attributes, 'golden')
  const dy = builder.input('dy', shape)
  builder.output('y', y)
  const gradients = backwardGraph(builder, new Map([[y, dy]]), [foreground, background])
  for (const [index, name] of (['dForeground', 'dBackground'] as const).entries()) {
    const gradient = gradients[index]
    if (gradient !== undefined) builder.output(name, gradient)
  }
  const session = compileGraph(builder.finish(), { device })
  const count = shape.reduce((product, extent) => product * extent, 1)
  const results = await session.run({
    foreground: formulaValues(count, golden),
    background: formulaValues(count, { ...golden, salt: salt + 1 }),
    mask: maskOf(golden),
    dy: formulaValues(count, { salt: salt + 2 }),
  })
  session.dispose()
  session.variables.dispose()
  return Object.fromEntries(
    (['y', 'dForeground', 'dBackground'] as const).map((name) => [
      name,
      distanceFromKept(results[name]?.data, golden[name], tensors),
    ]),
  )
}

for (const { name, tolerance, make } of testedDevices) {
  describe(`contextual attention on the ${name} device gives what PyTorch gives`, () => {
    let device: Device

    beforeAll(async () => {
      device = await make()
    })

    afterAll(() => device.dispose())

    for (const golden of goldens) {
      it(golden.name, async () => {
        const found = await distances(golden, device)
        const off = Object.entries(found).filter(([, distance]) => !(distance <= tolerance))
        expect(off).toEqual([])
      })
    }
  })
}
