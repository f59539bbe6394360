import { describe, expect, it } from 'vitest'
import type { HostTensor, NamedTensors } from '../../foundation/hostTensor.ts'
import { readSafetensors } from './readSafetensors.ts'
import { writeSafetensors } from './writeSafetensors.ts'

const everyType: NamedTensors = new Map<string, HostTensor>([
  ['flag', { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) }],
  ['byte', { dtype: 'uint8', shape: [1], data: Uint8Array.of(255) }],
  ['double', { dtype: 'float64', shape: [2], data: Float64Array.of(0.1, -1e300) }],
  ['half', { dtype: 'float16', shape: [1, 3], data: Uint16Array.of(0x3c00, 0x7e01, 0x8000) }],
  ['brain', { dtype: 'bfloat16', shape: [1], data: Uint16Array.of(0x3f80) }],
  ['single', { dtype: 'float32', shape: [], data: Float32Array.of(Math.fround(0.1)) }],
  ['long', { dtype: 'int64', shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n + 1n) }],
  ['int', { dtype: 'int32', shape: [1], data: Int32Array.of(-5) }],
  ['short', { dtype: 'int16', shape: [1], data: Int16Array.of(-300) }],
  ['tiny', { dtype: 'int8', shape: [1], data: Int8Array.of(-128) }],
  ['nothing', { dtype: 'float32', shape: [0, 4], data: new Float32Array(0) }],
])

describe('writeSafetensors', () => {
  it('gives back every type bit for bit, in the same order, with the metadata', () => {
    const metadata = { model: '{"name":"é"}', 'a b': '' }
    const back = readSafetensors(writeSafetensors(everyType, metadata), 'm')
    expect([...back.tensors]).toEqual([...everyType])
    expect(back.metadata).toEqual(metadata)
  })

  it('writes the bytes that the specification asks for', () => {
    const one = new Map([
      ['w', { dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const],
    ])
    const bytes = writeSafetensors(one, { b: '2', a: '1' })
    const header = `{"__metadata__":{"a":"1","b":"2"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`
    const padded = Math.ceil(header.length / 8) * 8
    expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(BigInt(padded))
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + padded))).toBe(header.padEnd(padded))
    expect([...bytes.subarray(8 + padded)]).toEqual([0, 0, 0x80, 0x3f])
  })

  it('places every tensor on its boundary, so that reading copies nothing', () => {
    const bytes = writeSafetensors(everyType)
    for (const { data } of readSafetensors(bytes, 'm').tensors.values()) {
      expect(data.buffer).toBe(bytes.buffer)
    }
  })

  it('does not depend on the order of metadata keys', () => {
    const first = writeSafetensors(everyType, { a: '1', b: '2' })
    expect(writeSafetensors(everyType, { b: '2', a: '1' })).toEqual(first)
  })

  it('writes the part of a larger array that a tensor shows', () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3)
    const bytes = writeSafetensors(new Map([['w', { dtype: 'float32', shape: [2], data }]]))
    expect([...(readSafetensors(bytes, 'm').tensors.get('w')?.data ?? [])]).toEqual([2, 3])
  })

  it.each<[string, string, HostTensor, RegExp]>([
    [
      'a shape that does not fit',
      'w',
      { dtype: 'float32', shape: [3], data: new Float32Array(2) },
      /shape does not fit/,
    ],
    [
      'the wrong kind of array',
      'w',
      { dtype: 'float32', shape: [2], data: new Int32Array(2) },
      /expected: Float32Array/,
    ],
    [
      'the reserved name',
      '__metadata__',
      { dtype: 'float32', shape: [0], data: new Float32Array(0) },
      /keeps the name/,
    ],
    [
      'a name with half a surrogate pair',
      '\ud800',
      { dtype: 'float32', shape: [0], data: new Float32Array(0) },
      /not well-formed/,
    ],
  ])('refuses %s', (_, name, tensor, message) => {
    expect(() => writeSafetensors(new Map([[name, tensor]]))).toThrow(message)
  })
})
