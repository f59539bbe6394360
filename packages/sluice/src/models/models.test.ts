import { describe, expect, it } from 'vitest'
import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import { conv2d, conv3d } from '../layers/conv.ts'
import { mean } from '../layers/mean.ts'
import { maxPool3d } from '../layers/pool.ts'
import { upsample } from '../layers/resize.ts'
import { sequential } from '../layers/sequential.ts'
import { clipClassifier } from './clipClassifier.ts'
import { receptiveField } from './receptiveField.ts'
import { snPatchDiscriminator } from './snPatchDiscriminator.ts'
import { spatioTemporalGatedConv } from './spatioTemporalGatedConv.ts'
import { spatioTemporalGatedConvNet } from './spatioTemporalGatedConvNet.ts'
import { summary } from './summary.ts'

describe('snPatchDiscriminator', () => {
  it('has the published number of parameters and judges patches', () => {
    const { parameters, outputShape } = summary(snPatchDiscriminator(), [2, 4, 256, 256])
    expect(parameters).toBe(5_946_816)
    expect(outputShape).toEqual([2, 256, 4, 4])
  })

  it('can be narrower, and takes pictures of any size', () => {
    const { outputShape } = summary(
      snPatchDiscriminator({ width: 4, inChannels: 5 }),
      [1, 5, 65, 9],
    )
    expect(outputShape).toEqual([1, 16, 2, 1])
    expect(() => snPatchDiscriminator({ width: 0 })).toThrow(/width/)
  })
})

describe('spatioTemporalGatedConvNet', () => {
  it('has exactly the tensors of the PyTorch class', () => {
    const { variables, outputs } = inferenceGraph(spatioTemporalGatedConvNet(), [2, 3, 8, 32, 32])
    const shapes = [...variables].map(([name, { value }]) => `${name} ${value.shape.join('×')}`)
    expect(shapes).toEqual([
      'gated_conv1.spatial_conv.weight 16×3×3×3×3',
      'gated_conv1.spatial_conv.bias 16',
      'gated_conv1.temporal_conv.weight 16×3×3×3×3',
      'gated_conv1.temporal_conv.bias 16',
      'gated_conv2.spatial_conv.weight 32×16×3×3×3',
      'gated_conv2.spatial_conv.bias 32',
      'gated_conv2.temporal_conv.weight 32×16×3×3×3',
      'gated_conv2.temporal_conv.bias 32',
      'gated_conv3.spatial_conv.weight 64×32×3×3×3',
      'gated_conv3.spatial_conv.bias 64',
      'gated_conv3.temporal_conv.weight 64×32×3×3×3',
      'gated_conv3.temporal_conv.bias 64',
      'fc1.weight 10×524288',
      'fc1.bias 10',
    ])
    expect(outputs.get('output')?.shape).toEqual([2, 10])
  })

  it('runs its ReLUs inside the convolutions', () => {
    const { nodes } = inferenceGraph(spatioTemporalGatedConvNet(), [1, 3, 8, 32, 32])
    expect(nodes.map((node) => node.op.name)).toEqual([
      'gatedConv',
      'gatedConv',
      'gatedConv',
      'reshape',
      'linear',
    ])
  })

  it('takes other clip sizes and class counts', () => {
    const { variables } = inferenceGraph(
      spatioTemporalGatedConvNet({ classes: 4, widths: [2, 5], inChannels: 1 }),
      [1, 1, 3, 6, 7],
    )
    expect(variables.get('fc1.weight')?.value.shape).toEqual([4, 5 * 3 * 6 * 7])
  })

  it('is made of spatioTemporalGatedConv, without padding by default', () => {
    const { outputs } = inferenceGraph(spatioTemporalGatedConv(3, 4, 3), [1, 3, 8, 9, 10])
    expect(outputs.get('output')?.shape).toEqual([1, 4, 6, 7, 8])
  })
})

describe('clipClassifier', () => {
  it.each([
    [1, 8, 8],
    [8, 32, 32],
    [13, 45, 27],
  ])('takes a clip of %i×%i×%i', (frames, height, width) => {
    for (const factorised of [false, true]) {
      const model = clipClassifier({ classes: 5, preset: 'small', factorised })
      const { outputs } = inferenceGraph(model, [2, 3, frames, height, width])
      expect(outputs.get('output')?.shape).toEqual([2, 5])
    }
  })

  it('tiny stays below 25 million multiply-adds on 8 frames of 32×32', () => {
    const { multiplyAdds } = summary(
      clipClassifier({ classes: 8, preset: 'tiny' }),
      [1, 3, 8, 32, 32],
    )
    expect(multiplyAdds).toBeGreaterThan(1e6)
    expect(multiplyAdds).toBeLessThan(25e6)
  })

  it('has the same tensors whether causal or not', () => {
    const names = (causal: boolean) => [
      ...inferenceGraph(clipClassifier({ classes: 2, causal }), [1, 3, 4, 16, 16]).variables.keys(),
    ]
    expect(names(true)).toEqual(names(false))
  })

  it('says which presets there are', () => {
    const options = JSON.parse('{"classes": 2, "preset": "huge"}')
    expect(() => clipClassifier(options)).toThrow(/tiny, small, base/)
  })
})

describe('summary', () => {
  it('counts parameters, work and memory layer by layer', () => {
    const { layers, parameters, multiplyAdds, outputShape } = summary(
      spatioTemporalGatedConvNet(),
      [1, 3, 8, 32, 32],
    )
    expect(outputShape).toEqual([1, 10])
    expect(layers[0]).toEqual({
      path: 'gated_conv1',
      op: 'gatedConv',
      outputShape: [1, 16, 8, 32, 32],
      parameters: 2 * (16 * 81 + 16),
      bufferValues: 0,
      multiplyAdds: 2 * 16 * 81 * 8192,
      receptiveField: [3, 3, 3],
      activationBytes: 4 * 16 * 8192,
    })
    expect(layers.map((layer) => layer.path)).toEqual([
      'gated_conv1',
      'gated_conv2',
      'gated_conv3',
      'flatten',
      'fc1',
    ])
    expect(parameters).toBe(2624 + 27712 + 110720 + 5242890)
    expect(multiplyAdds).toBe(21233664 + 226492416 + 905969664 + 5242880)
  })

  it('separates running statistics from what is trained', () => {
    const { layers } = summary(clipClassifier({ classes: 2, preset: 'tiny' }), [1, 3, 8, 32, 32])
    const norm = layers.find((layer) => layer.path === 'stage1.down.norm')
    expect(norm).toMatchObject({ parameters: 64, bufferValues: 64 })
  })
})

describe('receptiveField', () => {
  it('grows with kernel, stride and dilation', () => {
    const model = sequential([
      conv3d(1, 1, { kernelSize: [3, 3, 1], stride: [1, 2, 1] }),
      maxPool3d({ kernelSize: [1, 2, 1] }),
      conv3d(1, 1, { kernelSize: [2, 3, 1], dilation: [2, 1, 1] }),
    ])
    // Height: 3, then +1·2, then +2·4. Time: 3, then +1·2.
    expect(receptiveField(model, [1, 1, 9, 31, 5])).toEqual([5, 13, 1])
  })

  it('counts enlarged elements as the parts that they are, and means as everything', () => {
    const window = { kernelSize: 3, padding: 1 }
    const enlarged = (mode: 'nearest' | 'linear') =>
      sequential([conv2d(1, 1, window), upsample(2, { mode }), conv2d(1, 1, window)])
    expect(receptiveField(enlarged('nearest'), [1, 1, 6, 6])).toEqual([1, 4, 4])
    expect(receptiveField(enlarged('linear'), [1, 1, 6, 6])).toEqual([1, 5, 5])
    expect(receptiveField(mean(-1, { keepDims: true }), [1, 1, 6, 6])).toBe('whole')
  })

  it('is the whole clip behind a flatten or a global pool', () => {
    expect(receptiveField(clipClassifier({ classes: 2 }), [1, 3, 8, 32, 32])).toBe('whole')
  })
})
