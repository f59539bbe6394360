import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import { type Module, Scope } from '../engine/graph/module.ts'
import { compile, compileGraph } from '../engine/runtime/compile.ts'
import type { Session } from '../engine/runtime/session.ts'
import type { Shape } from '../foundation/shape.ts'
import { conv2d } from './conv.ts'
import { gatedConv2d } from './gated/gatedConv.ts'
import { linear } from './linear.ts'
import type { WeightParametrisation } from './weightParametrisation.ts'

const plane: Shape = [1, 3, 6, 5]

function shapesOf(model: Module, input: Shape, role: 'parameter' | 'buffer'): string[] {
  return [...inferenceGraph(model, input).variables.values()]
    .filter(({ value }) => value.role === role)
    .map(({ value }) => `${value.name} ${value.shape.join('×')}`)
    .sort()
}

function norm(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0))
}

async function outputOf(session: Session, length: number): Promise<number[]> {
  const input = Float32Array.from({ length }, (_, i) => Math.sin(i))
  return [...((await session.run({ input })).output?.data ?? [])]
}

describe('a weight by direction and magnitude', () => {
  const layer = conv2d(3, 4, { kernelSize: 3, parametrisation: 'weightNorm' })

  it("carries PyTorch's names", () => {
    expect(shapesOf(layer, plane, 'parameter')).toEqual([
      'bias 4',
      'weight_g 4×1×1×1',
      'weight_v 4×3×3×3',
    ])
    const gated = gatedConv2d(3, 4, { kernelSize: 3, bias: false, parametrisation: 'weightNorm' })
    expect(shapesOf(gated, plane, 'parameter')).toEqual([
      'feature.weight_g 4×1×1×1',
      'feature.weight_v 4×3×3×3',
      'gate.weight_g 4×1×1×1',
      'gate.weight_v 4×3×3×3',
    ])
  })

  it('begins as the weight that its direction is, so that the layer begins like a plain one', () => {
    const session = compile(layer, { device: reference(), input: plane, seed: 4 })
    const v = session.variables.read('weight_v')
    session.variables.read('weight_g').forEach((magnitude, o) => {
      expect(magnitude).toBeCloseTo(norm(v.subarray(o * 27, (o + 1) * 27)), 6)
    })
  })

  it('gives outputs in proportion to the magnitude, whatever the length of the direction', async () => {
    const options = { bias: false, parametrisation: 'weightNorm' } as const
    const session = compile(linear(2, options), { device: reference(), input: [1, 2] })
    session.variables.write('weight_v', Float32Array.of(3, 4, 0.03, 0.04))
    session.variables.write('weight_g', Float32Array.of(10, 20))
    const { output } = await session.run({ input: Float32Array.of(1, 1) })
    expect(output?.data[0]).toBeCloseTo(14, 5)
    expect(output?.data[1]).toBeCloseTo(28, 5)
  })
})

describe('a weight by its largest singular value', () => {
  const options = { bias: false, parametrisation: 'spectralNorm' } as const

  it("carries PyTorch's names", () => {
    const gated = gatedConv2d(3, 4, { kernelSize: 3, ...options })
    expect(shapesOf(gated, plane, 'parameter')).toEqual([
      'feature.weight_orig 4×3×3×3',
      'gate.weight_orig 4×3×3×3',
    ])
    expect(shapesOf(gated, plane, 'buffer')).toEqual([
      'feature.weight_u 4',
      'feature.weight_v 27',
      'gate.weight_u 4',
      'gate.weight_v 27',
    ])
  })

  it('finds that value in training and keeps it for inference', async () => {
    const layer = linear(2, options)
    const builder = new GraphBuilder()
    const x = builder.input('input', [1, 2])
    builder.output('output', layer.build(new Scope(builder, 'training'), x))
    const device = reference()
    const training = compileGraph(builder.finish(), { device })
    training.variables.write('weight_orig', Float32Array.of(0, 2, 5, 0))
    for (let step = 0; step < 30; step++) await outputOf(training, 2)
    const { variables } = training
    const inference = compileGraph(inferenceGraph(layer, [1, 2]), { device, variables })
    const { output } = await inference.run({ input: Float32Array.of(1, 1) })
    expect(output?.data[0]).toBeCloseTo(2 / 5, 5)
    expect(output?.data[1]).toBeCloseTo(1, 5)
  })

  it('changes nothing in inference, however often it runs', async () => {
    const session = compile(conv2d(3, 4, { kernelSize: 3, ...options }), {
      device: reference(),
      input: plane,
    })
    const before = session.variables.read('weight_u')
    const first = await outputOf(session, 90)
    expect(await outputOf(session, 90)).toEqual(first)
    expect(session.variables.read('weight_u')).toEqual(before)
  })

  it('is no more than a small multiple too large before any training', () => {
    const session = compile(linear(16, options), { device: reference(), input: [1, 64], seed: 9 })
    const weight = session.variables.read('weight_orig')
    const u = session.variables.read('weight_u')
    const v = session.variables.read('weight_v')
    expect(norm(u)).toBeCloseTo(1, 5)
    expect(norm(v)).toBeCloseTo(1, 5)
    const sigma = weight.reduce(
      (sum, w, at) => sum + w * (u[Math.floor(at / 64)] ?? 0) * (v[at % 64] ?? 0),
      0,
    )
    expect(sigma).toBeGreaterThan(norm(weight) / 16)
  })
})

describe('the option', () => {
  it('refuses what there is not', () => {
    const parametrisation = 'batchNorm' as WeightParametrisation
    expect(() => conv2d(1, 1, { kernelSize: 1, parametrisation })).toThrow(/weightNorm/)
    expect(() => linear(1, { parametrisation })).toThrow(/linear/)
  })

  it('reaches gates of every kind', () => {
    const gates = { kernelSize: 3, padding: 1, parametrisation: 'weightNorm' } as const
    for (const gateKind of [
      'pointwise',
      'singleChannel',
      'depthSeparable',
      'globalPool',
    ] as const) {
      const plain = [
        ...inferenceGraph(gatedConv2d(3, 4, { ...gates, gateKind }), plane).variables.keys(),
      ].filter((name) => name.endsWith('weight'))
      expect(plain, gateKind).toEqual([])
    }
    const joint = gatedConv2d(3, 4, { ...gates, weights: 'joint' })
    expect(shapesOf(joint, plane, 'parameter')).toContain('conv.weight_v 8×3×3×3')
  })
})
