import { describe, expect, it } from 'vitest'
import { inferenceGraph } from '../../engine/graph/inferenceGraph.ts'
import type { Module } from '../../engine/graph/module.ts'
import type { Shape } from '../../foundation/shape.ts'
import { relu } from '../activation.ts'
import { batchNorm } from '../batchNorm.ts'
import { sequential } from '../sequential.ts'
import { gatedConv1d, gatedConv2d } from './gatedConv.ts'
import type { GatedConvolutionOptions, GateKind } from './gateOptions.ts'

const window = { kernelSize: 3, padding: 1 }

function ops(model: Module, input: Shape): string[] {
  return inferenceGraph(model, input).nodes.map((node) => node.op.name)
}

function names(model: Module, input: Shape): string[] {
  return [...inferenceGraph(model, input).variables].map(
    ([name, { value }]) => `${name} ${value.shape.join('×')}`,
  )
}

describe('a gated convolution', () => {
  const full: readonly (readonly [string, GatedConvolutionOptions])[] = [
    ['a plain gate', window],
    ['a ReLU after the product', { ...window, order: 'gateThenAct', featureActivation: 'relu' }],
    ['any two functions', { ...window, featureActivation: 'gelu', gateActivation: 'clamp' }],
  ]
  it.each(full)('with %s is one op', (_, options) => {
    expect(ops(gatedConv2d(3, 4, options), [1, 3, 6, 6])).toEqual(['gatedConv'])
  })

  it('keeps to one op for the product when a norm follows it', () => {
    const layer = gatedConv2d(3, 4, { ...window, norm: batchNorm() })
    expect(ops(sequential([layer, relu()]), [1, 3, 6, 6])).toEqual([
      'gatedConv',
      'batchNormInference',
      'activation',
    ])
  })

  it('of another kind takes a ReLU that follows into its product', () => {
    const layer = gatedConv2d(3, 4, { ...window, gateKind: 'singleChannel' })
    expect(ops(sequential([layer, relu()]), [1, 3, 6, 6])).toEqual(['conv', 'conv', 'gateProduct'])
  })

  const shapes: readonly (readonly [GateKind, readonly string[]])[] = [
    ['full', ['gate.weight 6×4×3×3', 'gate.bias 6']],
    ['pointwise', ['gate.weight 6×4×1×1', 'gate.bias 6']],
    ['singleChannel', ['gate.weight 1×4×3×3', 'gate.bias 1']],
    ['perGroup', ['gate.weight 2×4×3×3', 'gate.bias 2']],
    [
      'depthSeparable',
      ['gate.depthwise.weight 4×1×3×3', 'gate.pointwise.weight 6×4×1×1', 'gate.pointwise.bias 6'],
    ],
    ['globalPool', ['gate.weight 6×4', 'gate.bias 6']],
    ['external', []],
  ]
  it.each(shapes)('with a gate of kind %s has the weights of that gate', (gateKind, expected) => {
    const counted = gateKind === 'perGroup' || gateKind === 'external'
    const layer = gatedConv2d(4, 6, {
      ...window,
      gateKind,
      ...(counted ? { gateChannels: 2 } : {}),
    })
    const input = [1, gateKind === 'external' ? 6 : 4, 5, 5]
    expect(names(layer, input)).toEqual(['feature.weight 6×4×3×3', 'feature.bias 6', ...expected])
  })

  const refused: readonly (readonly [string, GatedConvolutionOptions, RegExp])[] = [
    [
      'an unknown kind',
      { ...window, gateKind: 'soft' as GateKind },
      /"pointwise"[\s\S]*received: "soft"/,
    ],
    ['per group without a count', { ...window, gateKind: 'perGroup' }, /gateChannels/],
    [
      'a count that does not divide',
      { ...window, gateKind: 'perGroup', gateChannels: 4 },
      /divide/,
    ],
    ['a count that means nothing', { ...window, gateChannels: 2 }, /means nothing/],
    ['an identity of other channels', { ...window, featureKind: 'identity' }, /inChannels/],
    ['a strided residual', { ...window, order: 'residualThenGate', stride: 2 }, /stride 1/],
    [
      'joint weights of unlike branches',
      { ...window, weights: 'joint', gateKind: 'pointwise' },
      /apart/,
    ],
    ['joint weights in groups', { ...window, weights: 'joint', groups: 2 }, /groups/],
  ]
  it.each(refused)('refuses %s', (_, options, message) => {
    expect(() => gatedConv1d(4, 6, options)).toThrow(message)
  })

  it('with an external gate says how many channels it wants', () => {
    const layer = gatedConv2d(4, 6, { ...window, gateKind: 'external', gateChannels: 3 })
    expect(() => inferenceGraph(layer, [1, 4, 5, 5])).toThrow(/\[batch, 7, height, width\]/)
  })
})
