import { describe, expect, it } from 'vitest'
import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import type { Module } from '../engine/graph/module.ts'
import { printGraph } from '../engine/graph/printGraph.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { Shape } from '../foundation/shape.ts'
import { relu, silu } from '../layers/activation.ts'
import { batchNorm } from '../layers/batchNorm.ts'
import { branches } from '../layers/branches.ts'
import { conv1d, conv2d, conv3d } from '../layers/conv.ts'
import { dropout } from '../layers/dropout.ts'
import { flatten } from '../layers/flatten.ts'
import { gated as gatedBy } from '../layers/gated/gated.ts'
import { gatedConv1d, gatedConv2d, gatedConv3d } from '../layers/gated/gatedConv.ts'
import * as presets from '../layers/gated/presets/allPresets.ts'
import { globalAveragePool, globalMaxPool } from '../layers/globalPool.ts'
import { groupNorm, instanceNorm } from '../layers/groupNorm.ts'
import { guessChannels, guessedFill } from '../layers/guessedFill.ts'
import { layerNorm } from '../layers/layerNorm.ts'
import { layerTable } from '../layers/layerTable.ts'
import { linear } from '../layers/linear.ts'
import { mean } from '../layers/mean.ts'
import { pad } from '../layers/pad.ts'
import {
  averagePool1d,
  averagePool2d,
  averagePool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from '../layers/pool.ts'
import { residual } from '../layers/residual.ts'
import { resize, upsample } from '../layers/resize.ts'
import { scale } from '../layers/scale.ts'
import { sequential } from '../layers/sequential.ts'
import { slice } from '../layers/slice.ts'
import { clipClassifier } from './clipClassifier.ts'
import { deepFillV2 } from './deepFill/deepFillV2.ts'
import { inpainter } from './inpainter.ts'
import { moduleFromDescription } from './moduleFromDescription.ts'
import { snPatchDiscriminator } from './snPatchDiscriminator.ts'
import { spatioTemporalGatedConvNet } from './spatioTemporalGatedConvNet.ts'

const line: Shape = [2, 4, 9]
const plane: Shape = [2, 4, 6, 7]
const clip: Shape = [2, 4, 4, 6, 6]
const gated = { kernelSize: 3, stride: 2, padding: 'causal', gateActivation: 'tanh' } as const

const examples: readonly (readonly [Module, Shape])[] = [
  [conv1d(4, 6, { kernelSize: 3, padding: [[2, 1]], groups: 2 }), line],
  [conv2d(4, 3, { kernelSize: [1, 3], dilation: [1, 2], bias: false }), plane],
  [conv3d(4, 3, { kernelSize: 3, padding: 'same' }), clip],
  [gatedConv1d(4, 3, { ...gated, featureName: 'left', gateName: 'right' }), line],
  [gatedConv2d(4, 3, { ...gated, featureActivation: 'elu' }), plane],
  [gatedConv3d(4, 3, gated), clip],
  [gatedConv2d(2, 4, { kernelSize: 3, padding: 1, gateKind: 'external', gateChannels: 2 }), plane],
  [
    gatedConv1d(4, 3, {
      kernelSize: 3,
      order: 'residualThenGate',
      weights: 'joint',
      anchor: 'newest',
      featureNorm: batchNorm(),
      gateNorm: batchNorm({ epsilon: 0.1 }),
      norm: batchNorm(),
    }),
    line,
  ],
  [gatedBy({ gate: conv3d(4, 2, { kernelSize: 1 }), gateActivation: 'onePlusSigmoid' }), clip],
  [presets.wavenet(3, 2, { dilations: [1, 2], conditionChannels: 1, skipChannels: 4 }), line],
  [presets.graphWaveNet(4, { frames: 3, dilation: 2 }), plane],
  [presets.gatedPixelCnn(4, 2, { channels: 3, kernelSizes: [5, 3] }), plane],
  [presets.pixelCnnPlusPlus(4, { shift: 'down' }), plane],
  [presets.aotBlock(4, { rates: [1, 2] }), plane],
  [presets.gateShift(4), clip],
  [presets.shiftedGate(4, 3), clip],
  [presets.highway(4, { dimensions: 1, featureActivation: 'tanh', gateBias: -1 }), line],
  [presets.gnConv(4, { order: 2, scale: 0.5, kernelSize: 3 }), plane],
  [presets.mambaOut(4, { hidden: 6, convChannels: 2, kernelSize: 3, norm: batchNorm() }), plane],
  [presets.partialConv(3, 2, { kernelSize: 5, stride: 2 }), plane],
  [maxPool1d({ kernelSize: 3, stride: 1, padding: 1, dilation: 2 }), line],
  [maxPool2d({ kernelSize: [2, 3] }), plane],
  [maxPool3d({ kernelSize: 2, padding: 'same' }), clip],
  [averagePool1d({ kernelSize: 3, stride: 1, padding: 1, countIncludePad: false }), line],
  [averagePool2d({ kernelSize: 2 }), plane],
  [averagePool3d({ kernelSize: 2 }), clip],
  [globalAveragePool(), clip],
  [globalMaxPool(), plane],
  [batchNorm({ epsilon: 1e-3, momentum: 0.2 }), clip],
  [groupNorm(2, { epsilon: 1e-3 }), clip],
  [instanceNorm({ affine: true }), plane],
  [layerNorm([6, 7], { affine: false }), plane],
  [conv2d(4, 3, { kernelSize: 3, parametrisation: 'weightNorm' }), plane],
  [gatedConv1d(4, 3, { ...gated, parametrisation: 'spectralNorm' }), line],
  [sequential([flatten(), linear(3, { parametrisation: 'weightNorm' })]), line],
  [dropout(0.3), line],
  [pad([[-1, 2], 1]), plane],
  [pad(2, { mode: 'reflect' }), clip],
  [resize({ size: [3, 5], mode: 'linear', alignCorners: true }), plane],
  [upsample(1.5), line],
  [slice({ axis: 1, start: -3, end: -1 }), clip],
  [slice({ axis: 2, start: 1 }), line],
  [mean([-1, -2], { keepDims: true }), plane],
  [scale(2, -1), line],
  [conv2d(4, 3, { kernelSize: 3, padding: 1, paddingMode: 'replicate' }), plane],
  [conv2d(4, 3, { kernelSize: 3, padding: 1, mask: 'A' }), plane],
  [gatedConv2d(4, 4, { kernelSize: 3, padding: 1, mask: 'B', maskColours: 2 }), plane],
  [sequential({ flatten: flatten(), fc: linear(3, { inFeatures: 36, bias: false }) }), line],
  [sequential([conv1d(4, 4, { kernelSize: 1 }), relu(), silu()]), line],
  [residual(batchNorm(), conv1d(4, 4, { kernelSize: 1 })), line],
  [branches({ a: silu(), b: batchNorm() }), line],
  [clipClassifier({ classes: 3, preset: 'tiny', inChannels: 4, causal: true }), clip],
  [clipClassifier({ classes: 3, width: 4, depth: [1], inChannels: 4, factorised: true }), clip],
  [spatioTemporalGatedConvNet({ classes: 3, inChannels: 4, widths: [2, 3] }), clip],
  [snPatchDiscriminator({ inChannels: 3, width: 2 }), [1, 3, 20, 12]],
  [deepFillV2({ padding: 'tf', downsampling: 'tf', fuse: false, width: 2 }), [1, 4, 8, 16]],
  [inpainter(conv2d(4, 3, { kernelSize: 5 }), { multipleOf: 2, receptiveField: 5 }), plane],
  [guessedFill(conv2d(guessChannels(3).seen, guessChannels(3).made, { kernelSize: 1 })), plane],
  [inpainter(conv2d(4, 3, { kernelSize: 1 }), { receptiveField: Infinity }), plane],
]

describe('a model description', () => {
  it.each(examples.map(([module, shape]) => [module.type, module, shape] as const))(
    'makes %s again as it was',
    (_, module, shape) => {
      const json: unknown = JSON.parse(JSON.stringify(module.describe()))
      const again = moduleFromDescription(json)
      expect(again.describe()).toEqual(module.describe())
      expect(printGraph(inferenceGraph(again, shape))).toBe(
        printGraph(inferenceGraph(module, shape)),
      )
    },
  )

  it('is tried above for every layer there is', () => {
    const tried = JSON.stringify(examples.map(([module]) => module.describe()))
    for (const type of Object.keys(layerTable)) expect(tried).toContain(`"type":"${type}"`)
  })
})

describe('a description from a file', () => {
  function refusal(json: unknown): SluiceError {
    try {
      moduleFromDescription(json, 'm.safetensors: model')
    } catch (error) {
      if (error instanceof SluiceError) return error
      throw error
    }
    throw new Error('was not refused')
  }
  const conv = conv1d(1, 1, { kernelSize: 3 }).describe()

  it('may only ask for known types', () => {
    for (const type of ['lstm', 'constructor', '__proto__', undefined, 7]) {
      expect(refusal({ type })).toMatchObject({ code: 'unsupported' })
    }
  })

  it('may not hold an unknown option, which would change what the model computes', () => {
    expect(refusal({ ...conv, transposed: true }).message).toMatch(/unknown option "transposed"/)
  })

  it.each([
    ['no object', [conv]],
    ['a missing option', { type: 'linear', bias: true }],
    ['a fraction', { type: 'linear', outFeatures: 1.5, bias: true }],
    ['a gigantic size', { type: 'linear', outFeatures: 1e12, bias: true }],
    ['a text for a number', { ...conv, inChannels: '1' }],
    ['a list of another rank', { ...conv, kernelSize: [3, 3] }],
    ['negative padding', { ...conv, padding: [-1] }],
    ['a strange padding', { ...conv, padding: 'reflect' }],
    ['groups that do not divide', { ...conv, groups: 2 }],
    ['a probability of 1', { type: 'dropout', probability: 1 }],
    [
      'two children of one name',
      {
        type: 'sequential',
        modules: [
          { name: 'a', module: { type: 'flatten' } },
          { name: 'a', module: { type: 'flatten' } },
        ],
      },
    ],
    ['a child without a name', { type: 'sequential', modules: [{ module: { type: 'flatten' } }] }],
    [
      'a name with a dot',
      {
        type: 'sequential',
        modules: [{ name: 'a.b', module: { type: 'flatten' } }],
      },
    ],
  ])('is refused as malformed for %s', (_, json) => {
    expect(refusal(json)).toMatchObject({ code: 'format' })
  })

  it('says where in the model the fault lies', () => {
    const json = { type: 'sequential', modules: [{ name: 'stem', module: { ...conv, bias: 1 } }] }
    expect(refusal(json).message).toContain('m.safetensors: model.stem: bias')
  })

  it('may nest neither too deeply nor too widely', () => {
    let deep: unknown = { type: 'flatten' }
    for (let i = 0; i < 50; i++)
      deep = { type: 'sequential', modules: [{ name: 'a', module: deep }] }
    expect(refusal(deep)).toMatchObject({ code: 'limit' })
    const modules = Array.from({ length: 5000 }, (_, i) => ({
      name: `m${i}`,
      module: { type: 'flatten' },
    }))
    expect(refusal({ type: 'sequential', modules })).toMatchObject({ code: 'limit' })
  })
})
