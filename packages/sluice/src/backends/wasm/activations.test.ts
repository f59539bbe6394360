import { afterAll, describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import { activation } from '../../engine/ops/activation/activation.ts'
import {
  type ActivationKind,
  activationKinds,
} from '../../engine/ops/activation/activationKinds.ts'
import { compileGraph } from '../../engine/runtime/compile.ts'
import { wasm } from './wasmDevice.ts'

const device = await wasm({ threads: 1 })
afterAll(() => device.dispose())

async function onDevice(kind: ActivationKind, x: Float32Array): Promise<Float32Array> {
  const builder = new GraphBuilder()
  const input = builder.input('x', [1, x.length])
  builder.output('y', builder.applyOne(activation, [input], { kind }))
  const session = compileGraph(builder.finish(), { device })
  const { y } = await session.run({ x })
  session.dispose()
  session.variables.dispose()
  return y?.data ?? new Float32Array()
}

/** Largest error of any element, relative to that element. */
async function worst(kind: ActivationKind, from: number, to: number): Promise<number> {
  const x = Float32Array.from({ length: 4001 }, (_, i) => from + ((to - from) * i) / 4000)
  const y = await onDevice(kind, x)
  return x.reduce((error, at, i) => {
    const exact = activationKinds[kind].value(at)
    const distance = Math.abs((y[i] as number) - exact)
    return Math.max(error, distance === 0 ? 0 : distance / Math.abs(exact))
  }, 0)
}

describe('activations in float32', () => {
  it('gelu keeps its digits in the tail, where 1 + erf would have lost them', async () => {
    expect(await worst('gelu', 1e-3, 12)).toBeLessThan(5e-7)
    // At −5 the exponent −12.5 itself is rounded by 5e-7.
    expect(await worst('gelu', -5, -1e-3)).toBeLessThan(2e-6)
  })

  it('gates are exact at their ends', async () => {
    const x = Float32Array.of(-100, -3, 3, 100, Number.NaN, Number.NEGATIVE_INFINITY)
    expect([...(await onDevice('hardSigmoid', x))]).toEqual([0, 0, 1, 1, Number.NaN, 0])
    expect([...(await onDevice('clamp', x))]).toEqual([-1, -1, 1, 1, Number.NaN, -1])
    expect([...(await onDevice('onePlusSigmoid', x))][0]).toBe(1)
    expect(await worst('hardSigmoid', -2.99, 2.99)).toBeLessThan(2e-7)
  })
})
