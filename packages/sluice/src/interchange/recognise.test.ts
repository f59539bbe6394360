import { describe, expect, it } from 'vitest'
import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import type { Module } from '../engine/graph/module.ts'
import { type NamedTensors, tensor } from '../foundation/hostTensor.ts'
import type { Shape } from '../foundation/shape.ts'
import { flatten } from '../layers/flatten.ts'
import { linear } from '../layers/linear.ts'
import { sequential } from '../layers/sequential.ts'
import { clipClassifier } from '../models/clipClassifier.ts'
import { spatioTemporalGatedConv } from '../models/spatioTemporalGatedConv.ts'
import { spatioTemporalGatedConvNet } from '../models/spatioTemporalGatedConvNet.ts'
import { recogniseStateDict } from './recognise.ts'

/** Zeros under the names and shapes of a model. */
function stateDict(model: Module, input: Shape): NamedTensors {
  const { variables } = inferenceGraph(model, [1, ...input])
  return new Map([...variables].map(([name, { value }]) => [name, tensor(value.shape)]))
}

describe('recognising spatioTemporalGatedConvNet', () => {
  it('finds the published network, and its clips of 8×32×32', () => {
    const model = spatioTemporalGatedConvNet()
    const found = recogniseStateDict(stateDict(model, [3, 8, 32, 32]))
    expect(found.model.describe()).toEqual(model.describe())
    expect(found).toMatchObject({ classes: 10, input: [3, 8, 32, 32] })
    expect(found.explanation.join('\n')).toMatch(
      /3 gated convolutions, channels 3 → 16 → 32 → 64, kernels 3×3×3, 10 classes[\s\S]*8×32×32/,
    )
  })

  it('finds other widths, depths, kernels and class counts', () => {
    const model = spatioTemporalGatedConvNet({
      ...{ classes: 4, inChannels: 1, widths: [5, 7], kernelSize: 5, padding: 2 },
    })
    const found = recogniseStateDict(stateDict(model, [1, 6, 10, 12]), { clip: [6, 10, 12] })
    expect(found.model.describe()).toEqual(model.describe())
    expect(found.input).toEqual([1, 6, 10, 12])
  })

  it('leaves the clip open when nothing says its size', () => {
    const model = spatioTemporalGatedConvNet({ widths: [4] })
    const found = recogniseStateDict(stateDict(model, [3, 5, 6, 7]))
    expect(found.input).toBeUndefined()
    expect(found.explanation.join()).toContain('must be 210')
    expect(inferenceGraph(found.model, [1, 3, 7, 6, 5]).outputs.get('output')?.shape).toEqual([
      1, 10,
    ])
  })

  it('tells from the clip whether the convolutions pad', () => {
    const model = spatioTemporalGatedConvNet({ widths: [4, 4], padding: 0 })
    const found = recogniseStateDict(stateDict(model, [3, 8, 32, 32]))
    expect(found.model.describe()).toEqual(model.describe())
    expect(found.explanation.join()).toContain('no padding')
  })

  it('finds kernels that differ from layer to layer', () => {
    const model = sequential({
      gated_conv1: spatioTemporalGatedConv(3, 2, [1, 5, 5], 1, [0, 2, 2]),
      gated_conv2: spatioTemporalGatedConv(2, 2, [3, 1, 1], 1, [1, 0, 0]),
      flatten: flatten(),
      fc1: linear(2),
    })
    const tensors = stateDict(model, [3, 8, 32, 32])
    const found = recogniseStateDict(tensors)
    expect(stateDict(found.model, [3, 8, 32, 32])).toEqual(tensors)
    expect(found.input).toEqual([3, 8, 32, 32])
  })

  it('refuses a clip that the linear layer cannot have seen', () => {
    const tensors = stateDict(spatioTemporalGatedConvNet(), [3, 8, 32, 32])
    expect(() => recogniseStateDict(tensors, { clip: [8, 32, 31] })).toThrow(/8192 positions/)
  })

  it('names a tensor that is missing', () => {
    const tensors = stateDict(spatioTemporalGatedConvNet(), [3, 8, 32, 32])
    tensors.delete('gated_conv2.temporal_conv.bias')
    expect(() => recogniseStateDict(tensors)).toThrow(/gated_conv2\.temporal_conv\.bias/)
    tensors.delete('fc1.weight')
    expect(() => recogniseStateDict(tensors)).toThrow(/fc1\.weight/)
  })
})

describe('recognising clipClassifier', () => {
  it.each([
    { classes: 3, preset: 'tiny' },
    { classes: 5, width: 4, depth: [2, 0, 1], factorised: true, inChannels: 1 },
  ] as const)('finds %o in any order of names', (options) => {
    const model = clipClassifier(options)
    const tensors = stateDict(model, ['inChannels' in options ? 1 : 3, 8, 32, 32])
    const found = recogniseStateDict(new Map([...tensors].reverse()))
    expect(found.model.describe()).toEqual(model.describe())
    expect(found.input).toBeUndefined()
  })
})

describe('recognising a state_dict', () => {
  it('drops counters of batch normalisation and prefixes of wrappers, and widens half precision', () => {
    const model = clipClassifier({ classes: 3, preset: 'tiny' })
    const saved: NamedTensors = new Map()
    for (const [name, { shape, data }] of stateDict(model, [3, 8, 32, 32])) {
      const halves = new Uint16Array(data.length).fill(0x3c00)
      saved.set(`module.${name}`, { dtype: 'float16', shape, data: halves })
    }
    const count = { dtype: 'int64', shape: [], data: BigInt64Array.of(7n) } as const
    saved.set('module.stem.norm.num_batches_tracked', count)
    const { weights, explanation } = recogniseStateDict(saved)
    expect(explanation[0]).toContain('"module."')
    expect([...weights.keys()]).toEqual([...stateDict(model, [3, 8, 32, 32]).keys()])
    expect(weights.get('head.bias')).toEqual(tensor([3], [1, 1, 1]))
  })

  it('that it does not know lists what it saw and what it knows', () => {
    const tensors: NamedTensors = new Map([['layer4.0.conv1.weight', tensor([1])]])
    expect(() => recogniseStateDict(tensors)).toThrow(
      /clipClassifier[\s\S]*layer4\.0\.conv1\.weight[\s\S]*writeWeights/,
    )
    expect(() => recogniseStateDict(new Map())).toThrow(/no tensors/)
  })
})
