import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { HostTensor } from '../../foundation/hostTensor.ts'
import { readTorch } from './readTorch.ts'
import { stateDictOf } from './stateDict.ts'
import type { TorchValue } from './torchValue.ts'

const fixtures = new URL('../../../../../fixtures/torch/', import.meta.url)
const find = (name: string) => stateDictOf(readTorch(readFileSync(new URL(name, fixtures)), name))

const tensor: HostTensor = { dtype: 'float32', shape: [1], data: Float32Array.of(1) }
const dictionary = (entries: Record<string, TorchValue>): TorchValue =>
  new Map<TorchValue, TorchValue>(Object.entries(entries))
const findIn = (value: TorchValue) => stateDictOf({ where: 'c.pth', value, format: 'zip' })

const names = ['conv.weight', 'conv.bias', 'norm.weight', 'norm.bias', 'norm.running_mean'].concat([
  'norm.running_var',
  'norm.num_batches_tracked',
  'fc.weight',
  'fc.bias',
])

describe('stateDictOf', () => {
  it.each<[string, string[]]>([
    ['bare.pth', []],
    ['bare-legacy.pth', []],
    [
      'wrapped-state-dict.pth',
      [
        'Took the weights under the key "state_dict".',
        'Took "module." off every name (from DataParallel).',
      ],
    ],
    [
      'wrapped-compiled.pth',
      [
        'Took the weights under the key "model_state_dict".',
        'Took "module." off every name (from DataParallel).',
        'Took "_orig_mod." off every name (from torch.compile).',
      ],
    ],
  ])('finds the nine tensors of %s', (file, wrapping) => {
    const found = find(file)
    expect([...found.tensors.keys()]).toEqual(names)
    expect(found.wrapping).toEqual(wrapping)
    expect([...found.tensors]).toEqual([...find('bare.pth').tensors])
  })

  it('prefers the model to its average, and says so', () => {
    const { tensors, wrapping } = find('wrapped-several.pth')
    expect([...(tensors.get('w')?.data ?? [])]).toEqual([0, 1, 2, 3])
    expect(wrapping).toEqual(['Took the weights under the key "model", which comes before "ema".'])
  })

  it('takes the only weights there are, under whatever key', () => {
    expect(find('wrapped-unknown.pth').wrapping).toEqual([
      'Took the weights under the key "inpaintor", the only ones there.',
    ])
  })

  it('looks inside wrappers in wrappers', () => {
    const { tensors, wrapping } = find('wrapped-nested.pth')
    expect([...tensors.keys()]).toEqual(['w'])
    expect(wrapping.length).toBe(3)
  })

  it('drops the counter of an averaged model', () => {
    expect([...find('averaged.pth').tensors.keys()]).toEqual(['w'])
  })

  it('reads a checkpoint with optimizer state as its model', () => {
    expect(find('real-t2ck.pth').tensors.size).toBe(7)
  })

  it('asks which, where several unknown dictionaries hold weights', () => {
    expect(() => find('wrapped-ambiguous.pth')).toThrow(/received: "first", "second"/)
  })

  it('leaves a prefix that only some names have', () => {
    const { tensors } = findIn(dictionary({ 'module.a': tensor, b: tensor }))
    expect([...tensors.keys()]).toEqual(['module.a', 'b'])
  })

  it('says what it left out', () => {
    const { wrapping } = findIn(dictionary({ w: tensor, step: 3 }))
    expect(wrapping).toEqual(['Left out 1 entries that are not tensors: "step".'])
  })

  it.each<[string, TorchValue, RegExp]>([
    ['nothing', null, /received: None/],
    ['a number', 3, /received: a number/],
    ['a tensor alone', tensor, /received: a single tensor/],
    ['a list of tensors', [tensor], /received: a list of 1/],
    ['a dictionary without tensors', dictionary({ epoch: 1 }), /a dictionary with "epoch"/],
  ])('finds no weights in %s', (_, value, message) => {
    expect(() => findIn(value)).toThrow(message)
  })
})
