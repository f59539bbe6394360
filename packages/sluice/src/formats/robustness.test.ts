import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SluiceError } from '../foundation/errors.ts'
import type { HostTensor } from '../foundation/hostTensor.ts'
import { readWeights } from './readWeights.ts'
import { writeSafetensors } from './safetensors/writeSafetensors.ts'

/** Inputs that are spoilt at random are the fuzzers' business: `tools/fuzz`. */
const fixtures = new URL('../../../../fixtures/torch/', import.meta.url)
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, fixtures)))

const limits = { maxBytes: 4_000_000 }

const weights = new Map<string, HostTensor>([
  ['conv.weight', { dtype: 'float32', shape: [2, 3], data: new Float32Array(6) }],
  ['conv.bias', { dtype: 'float16', shape: [2], data: new Uint16Array(2) }],
  ['steps', { dtype: 'int64', shape: [], data: new BigInt64Array(1) }],
])
const safetensors = writeSafetensors(weights, { classes: '["a","b"]' })
const torchFile = (name: string): Uint8Array => bytesOf(`${name}.pth`)

describe('files cut off at every length', () => {
  it.each<[string, Uint8Array]>([
    ['safetensors', safetensors],
    ['a PyTorch zip', torchFile('wrapped-nested')],
    ['a PyTorch zip with 64-bit sizes', torchFile('zip64')],
    ['the old PyTorch format', torchFile('layouts-legacy')],
  ])('%s: refused, never half read', (_, whole) => {
    expect(() => readWeights(whole, 'm')).not.toThrow()
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.slice(0, length)
      expect(() => readWeights(cut, 'm', limits), `${length} bytes`).toThrow(SluiceError)
    }
  })
})
