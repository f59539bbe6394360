import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/referenceDevice.ts'
import { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import { compileGraph } from '../../engine/runtime/compile.ts'
import type { Loss } from '../../training/losses/loss.ts'
import { completedPictures } from './completedPictures.ts'
import { reconstructionLoss } from './reconstructionLoss.ts'

// Two colours of one picture with two pixels, of which the second is the hole.
const output = Float32Array.of(0.5, 0.25, -0.5, 1)
const targets = Float32Array.of(0.25, 0.75, -0.5, 0)
const mask = [0, 1]
const input = Float32Array.of(...targets, ...mask)

async function lossOf(loss: Loss) {
  const builder = new GraphBuilder()
  const built = loss.build(builder, builder.input('output', [1, 2, 1, 2]))
  builder.output('loss', built.loss)
  for (const [name, term] of Object.entries(built.terms ?? {})) builder.output(name, term)
  using session = compileGraph(builder.finish(), { device: reference() })
  const results = await session.run({ output, targets, input })
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data[0]]))
}

describe('the reconstruction loss', () => {
  it('is the mean absolute difference when hole and rest weigh alike', async () => {
    const { loss } = await lossOf(reconstructionLoss())
    expect(loss).toBeCloseTo((0.25 + 0.5 + 0 + 1) / 4, 7)
  })

  it('weighs hole and rest, and says both', async () => {
    const { loss, hole, valid } = await lossOf(reconstructionLoss({ hole: 6, valid: 0.5 }))
    expect(hole).toBeCloseTo(1.5 / 4, 7)
    expect(valid).toBeCloseTo(0.25 / 4, 7)
    expect(loss).toBeCloseTo(6 * (1.5 / 4) + 0.5 * (0.25 / 4), 6)
  })

  it('refuses weights below zero', () => {
    expect(() => reconstructionLoss({ hole: -1 })).toThrow(/hole/)
  })
})

describe('completed pictures', () => {
  it('are the true ones outside and the painted ones inside of the hole, with the mask', async () => {
    const builder = new GraphBuilder()
    const { real, made } = completedPictures.build(builder, builder.input('output', [1, 2, 1, 2]))
    builder.output('real', real)
    builder.output('made', made)
    using session = compileGraph(builder.finish(), { device: reference() })
    const results = await session.run({ output, targets, input })
    expect([...(results.real?.data ?? [])]).toEqual([...targets, ...mask])
    expect([...(results.made?.data ?? [])]).toEqual([0.25, 0.25, -0.5, 1, ...mask])
  })
})
