import { afterAll, describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import {
  type GateAttributes,
  gateBackward,
} from '../../engine/ops/gatedConvolution/gateBackward.ts'
import { compileGraph } from '../../engine/runtime/compile.ts'
import { wasm } from './wasmDevice.ts'

const device = await wasm({ threads: 1 })
afterAll(() => device.dispose())

/** Gradients of features, and of gates, for gates half open. */
async function gradients(
  featureActivation: GateAttributes['featureActivation'],
  dy: readonly number[],
): Promise<{ features: number[]; gates: number[] }> {
  const channels = dy.length
  const builder = new GraphBuilder()
  const saved = builder.input('saved', [1, 2 * channels, 1])
  const gradient = builder.input('dy', [1, channels, 1])
  const attributes = { featureActivation, gateActivation: 'sigmoid', activation: 'none' } as const
  builder.output('dPre', builder.applyOne(gateBackward, [saved, gradient], attributes))
  using session = compileGraph(builder.finish(), { device })
  const sums = Float32Array.from({ length: 2 * channels }, (_, i) => (i < channels ? 1 : 0))
  const { dPre } = await session.run({ saved: sums, dy: Float32Array.from(dy) })
  const all = [...(dPre?.data ?? [])]
  return { features: all.slice(0, channels), gates: all.slice(channels) }
}

describe.each(['none', 'tanh'] as const)('gradients of gates over %s', (featureActivation) => {
  it('are 0 where they are dust, which would slow every later product down', async () => {
    const { features, gates } = await gradients(featureActivation, [1e-39, -1e-30, 1e-28, -1e-38])
    expect([...features, ...gates].map(Math.abs)).toEqual(new Array(8).fill(0))
  })

  it('are themselves where they are small, and no number where they are none', async () => {
    const { features, gates } = await gradients(featureActivation, [1e-24, -1e-25, Number.NaN, 1])
    for (const of of [features, gates]) {
      expect(of[0]).toBeGreaterThan(1e-26)
      expect(of[1]).toBeLessThan(-1e-27)
      expect(of[2]).toBeNaN()
      expect(of[3]).toBeGreaterThan(0.01)
    }
  })
})
