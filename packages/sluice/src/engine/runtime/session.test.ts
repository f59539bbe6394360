import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/referenceDevice.ts'
import { tensor } from '../../foundation/hostTensor.ts'
import { conv3d } from '../../layers/conv.ts'
import { linear } from '../../layers/linear.ts'
import { compile, compileGraph, readWeights, writeWeights } from './compile.ts'

const model = linear(2)
const session = () => compile(model, { device: reference(), input: [1, 3] })
const usage = expect.objectContaining({ code: 'usage' })
const shape = expect.objectContaining({ code: 'shape' })

describe('a session', () => {
  it('takes a tensor or bare values, and refuses a tensor of another shape with as many values', () => {
    const one = session()
    one.step({ input: Float32Array.of(1, 2, 3) })
    const bare = one.read('output')
    one.step({ input: tensor([1, 3], [1, 2, 3]) })
    expect(one.read('output')).toEqual(bare)
    expect(() => one.step({ input: tensor([3, 1]) })).toThrow(shape)
    expect(() => one.step({ input: new Float32Array(4) })).toThrow(/\[1, 3\], 3 values[\s\S]*4/)
  })

  it('refuses inputs that are missing, surplus or no numbers, by name', () => {
    const one = session()
    expect(() => one.step({})).toThrow(/"input" is missing/)
    expect(() => one.step({ input: new Float32Array(3), labels: 1 })).toThrow(/no input "labels"/)
    for (const input of JSON.parse('["abc", null, [1, 2, 3], {"data": [1, 2, 3]}]')) {
      expect(() => one.step({ input })).toThrow(usage)
    }
  })

  it('names its outputs when it is asked for another one', () => {
    const one = session()
    one.step({ input: new Float32Array(3) })
    expect(() => one.read('logits')).toThrow(/no output "logits"\n {2}expected: output/)
  })

  it('neither runs nor reads after it is disposed, and may be disposed twice', () => {
    const one = session()
    one.step({ input: new Float32Array(3) })
    one.dispose()
    one.dispose()
    expect(() => one.step({ input: new Float32Array(3) })).toThrow(usage)
    expect(() => one.read('output')).toThrow(usage)
  })
})

describe('compile', () => {
  it('refuses weights beyond any memory before it plans with them', () => {
    const layer = conv3d(1, 1, { kernelSize: 100_000, padding: 'same' })
    const make = () => compile(layer, { device: reference(), input: [1, 1, 4, 4, 4] })
    expect(make).toThrow(expect.objectContaining({ code: 'limit' }))
  })
})

describe('shared variables', () => {
  it('outlive the sessions that only share them', () => {
    const device = reference()
    const owner = compile(model, { device, input: [1, 3] })
    const guest = compile(model, { device, input: [4, 3], variables: owner.variables })
    guest.dispose()
    expect(readWeights(owner).get('weight')?.data).toHaveLength(6)
    owner.dispose()
    expect(owner.variables.names).toEqual([])
  })

  it('that are missing are added with the values they would have had alone', () => {
    const device = reference()
    const without = compile(linear(2, { bias: false }), { device, input: [1, 3] })
    const both = compile(model, { device, input: [1, 3], variables: without.variables })
    expect(readWeights(both)).toEqual(readWeights(compile(model, { device, input: [1, 3] })))
  })

  it('of another size or another device are refused', () => {
    const device = reference()
    const { variables } = compile(linear(5), { device, input: [1, 3] })
    expect(() => compile(model, { device, input: [1, 3], variables })).toThrow(/"weight"[\s\S]*15/)
    const foreign = { ...variables, count: () => undefined }
    const { graph } = session().plan
    expect(() => compileGraph(graph, { device, variables: foreign })).toThrow(usage)
  })
})

describe('weights', () => {
  it('are written all or none', () => {
    const one = session()
    const before = readWeights(one)
    const half = new Map([['weight', tensor([2, 3])]])
    expect(() => writeWeights(one, half)).toThrow(/no tensor for parameter "bias"/)
    expect(readWeights(one)).toEqual(before)
  })
})
