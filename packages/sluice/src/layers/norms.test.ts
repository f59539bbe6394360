import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import { type Module, Scope } from '../engine/graph/module.ts'
import { compile } from '../engine/runtime/compile.ts'
import type { Shape } from '../foundation/shape.ts'
import { groupNorm, instanceNorm } from './groupNorm.ts'
import { layerNorm } from './layerNorm.ts'

async function outputOf(model: Module, shape: Shape, data: readonly number[]): Promise<number[]> {
  const session = compile(model, { device: reference(), input: shape })
  const { output } = await session.run({ input: Float32Array.from(data) })
  return [...(output?.data ?? [])].map((value) => Math.round(value * 1e4) / 1e4)
}

function buildForTraining(model: Module, shape: Shape): void {
  const builder = new GraphBuilder()
  model.build(new Scope(builder, 'training'), builder.input('input', shape))
}

const names = (model: Module, shape: Shape) => [...inferenceGraph(model, shape).variables.keys()]

describe('group normalisation', () => {
  const plain = { affine: false, epsilon: 0 }

  it('gives each group of channels of each sample mean 0 and variance 1', async () => {
    const output = await outputOf(groupNorm(2, plain), [2, 4], [1, 3, 10, 30, 5, 6, -1, 1])
    expect(output).toEqual([-1, 1, -1, 1, -1, 1, -1, 1])
  })

  it('of one channel a group is instance normalisation', async () => {
    const data = [1, 2, 4, 8, -3, 0, 5, 1]
    const shape = [1, 2, 4]
    expect(await outputOf(groupNorm(2, plain), shape, data)).toEqual(
      await outputOf(instanceNorm({ epsilon: 0 }), shape, data),
    )
  })

  it('leaves values that are all alike at the bias, not at NaN', async () => {
    expect(await outputOf(groupNorm(1), [1, 2, 3], Array(6).fill(7))).toEqual(Array(6).fill(0))
  })

  it("has PyTorch's parameters, and instance normalisation none unless asked", () => {
    expect(names(groupNorm(2), [1, 4, 5])).toEqual(['weight', 'bias'])
    expect(names(instanceNorm(), [1, 4, 5])).toEqual([])
    expect(names(instanceNorm({ affine: true }), [1, 4, 5])).toEqual(['weight', 'bias'])
  })

  it('refuses channels that do not fall into its groups', () => {
    expect(() => inferenceGraph(groupNorm(3), [1, 4, 5])).toThrow(/a multiple of 3 channels/)
    expect(() => groupNorm(0)).toThrow(/groups/)
    expect(() => groupNorm(2, { epsilon: -1 })).toThrow(/epsilon/)
  })

  it('refuses to train where every statistic stands on one value', () => {
    expect(() => buildForTraining(instanceNorm(), [4, 3, 1, 1])).toThrow(/no variance/)
    expect(() => buildForTraining(instanceNorm(), [4, 3, 1, 2])).not.toThrow()
    expect(() => inferenceGraph(instanceNorm(), [4, 3, 1, 1])).not.toThrow()
  })
})

describe('layer normalisation', () => {
  it('normalises the trailing dimensions together', async () => {
    const layer = layerNorm([2, 2], { affine: false, epsilon: 0 })
    const ramp = [1, 2, 3, 4].map((value) => (value - 2.5) / Math.sqrt(1.25))
    const wanted = [...ramp, ...ramp].map((value) => Math.round(value * 1e4) / 1e4)
    expect(await outputOf(layer, [1, 2, 2, 2], [1, 2, 3, 4, 10, 20, 30, 40])).toEqual(wanted)
  })

  it('has a weight for every place of its shape', () => {
    const { variables } = inferenceGraph(layerNorm([4, 5]), [2, 3, 4, 5])
    expect(variables.get('weight')?.value.shape).toEqual([4, 5])
    expect(names(layerNorm(5, { affine: false }), [2, 5])).toEqual([])
  })

  it('refuses inputs that do not end in its shape, and to normalise over the batch', () => {
    expect(() => inferenceGraph(layerNorm([4, 4]), [2, 3, 4, 5])).toThrow(/\[batch, …, 4, 4\]/)
    expect(() => inferenceGraph(layerNorm([2, 5]), [2, 5])).toThrow(/normalizedShape/)
    expect(() => layerNorm([])).toThrow(/at least one size/)
    expect(() => layerNorm([3, 0])).toThrow(/normalizedShape/)
  })
})
