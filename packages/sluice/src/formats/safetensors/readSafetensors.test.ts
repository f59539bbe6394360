import { describe, expect, it } from 'vitest'
import { SluiceError } from '../../foundation/errors.ts'
import { readSafetensorsHeader } from './header.ts'
import { readSafetensors } from './readSafetensors.ts'

/** A file with this header text and this many zero bytes of data. */
function file(header: string | Uint8Array, dataBytes: number, claimedLength?: number): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const bytes = new Uint8Array(8 + text.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimedLength ?? text.length), true)
  bytes.set(text, 8)
  return bytes
}

function failure(bytes: Uint8Array): SluiceError {
  try {
    readSafetensors(bytes, 'm.safetensors')
  } catch (error) {
    if (error instanceof SluiceError) return error
    throw error
  }
  throw new Error('the file was accepted')
}

const f32 = (shape: string, begin: number, end: number): string =>
  `{"dtype":"F32","shape":${shape},"data_offsets":[${begin},${end}]}`

describe('readSafetensors reads', () => {
  it('the example of the specification, header padded with spaces', () => {
    const bytes = file(`{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}      `, 16)
    const { tensors, metadata } = readSafetensors(bytes, 'm')
    expect(tensors.get('test')).toEqual({
      dtype: 'int32',
      shape: [2, 2],
      data: new Int32Array(4),
    })
    expect(metadata).toEqual({})
  })

  it('an empty file, scalars and tensors without elements', () => {
    expect(readSafetensors(file('{}', 0), 'm').tensors.size).toBe(0)
    const header = `{"e":${f32('[0,3]', 0, 0)},"s":${f32('[]', 0, 4)},"f":${f32('[2,0]', 4, 4)}}`
    const { tensors } = readSafetensors(file(header, 4), 'm')
    expect([...tensors].map(([name, { data }]) => [name, data.length])).toEqual([
      ['e', 0],
      ['s', 1],
      ['f', 0],
    ])
  })

  it('metadata, escapes in names, and names that mean something to JavaScript', () => {
    const header = `{"__metadata__":{"__proto__":"x","a":"\\u00e9\\n"},"__proto__":${f32('[1]', 0, 4)}}`
    const { tensors, metadata } = readSafetensors(file(header, 4), 'm')
    expect(Object.entries(metadata)).toEqual([
      ['__proto__', 'x'],
      ['a', 'é\n'],
    ])
    expect([...tensors.keys()]).toEqual(['__proto__'])
  })

  it('values at odd places in memory, by copying them', () => {
    const header = `{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":${f32('[2]', 1, 9)}}`
    const bytes = file(header, 9)
    const data = new DataView(bytes.buffer, bytes.length - 8)
    data.setFloat32(0, 1.5, true)
    data.setFloat32(4, -2, true)
    for (let shift = 0; shift < 8; shift++) {
      const shifted = new Uint8Array(bytes.length + shift).subarray(shift)
      shifted.set(bytes)
      expect([...(readSafetensors(shifted, 'm').tensors.get('w')?.data ?? [])]).toEqual([1.5, -2])
    }
  })

  it('the header alone from the beginning of a file', () => {
    const whole = file(`{"w":${f32('[1000]', 0, 4000)}}`, 4000)
    const header = readSafetensorsHeader(whole.subarray(0, 80), 'm')
    expect(header.tensors.get('w')).toEqual({
      dtype: 'float32',
      shape: [1000],
      begin: 0,
      end: 4000,
    })
    expect(header.dataBytes).toBe(4000)
  })
})

describe('readSafetensors refuses', () => {
  const w = (entry: string): Uint8Array => file(`{"w":${entry}}`, 4)
  const cases: [string, Uint8Array, SluiceError['code'], RegExp][] = [
    ['an empty file', new Uint8Array(0), 'format', /too short/],
    ['7 bytes', new Uint8Array(7), 'format', /too short/],
    ['a header of no bytes', file('', 0), 'format', /does not start with/],
    ['a header beyond the file', file('{}', 0, 3), 'format', /ends inside its header/],
    ['a header of 100 000 001 bytes', file('{}', 0, 100_000_001), 'limit', /header claims 100 MB/],
    ['a header of 2⁶³ bytes', file('{}', 0, 2 ** 63), 'limit', /header claims/],
    ['a header that starts with a space', file(' {}', 0), 'format', /does not start with/],
    ['a header that is not UTF-8', file(Uint8Array.of(0x7b, 0xff, 0x7d), 0), 'format', /UTF-8/],
    ['JSON with a trailing comma', file('{"a":1,}', 0), 'format', /string is missing/],
    ['text behind the JSON', file('{} x', 0), 'format', /follows the JSON/],
    ['JSON that does not end', file('{"a', 0), 'format', /does not end/],
    ['deep nesting', file(`{"a":${'['.repeat(5000)}`, 0), 'format', /nested deeper/],
    ['half a surrogate pair', file('{"__metadata__":{"a":"\\ud800"}}', 0), 'format', /surrogate/],
    ['a raw line end in a string', file('{"a\n":1}', 0), 'format', /not valid JSON/],
    [
      'two tensors of one name',
      file(`{"w":${f32('[1]', 0, 4)},"w":${f32('[1]', 0, 4)}}`, 4),
      'format',
      /"w" occurs twice/,
    ],
    [
      'two equal fields',
      w('{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}'),
      'format',
      /"shape" occurs twice/,
    ],
    ['metadata that is not text', file('{"__metadata__":{"a":1}}', 0), 'format', /not a string/],
    ['metadata that is a list', file('{"__metadata__":[]}', 0), 'format', /not an object/],
    ['a tensor that is a number', w('1'), 'format', /not described by an object/],
    ['no dtype', w('{"shape":[1],"data_offsets":[0,4]}'), 'format', /no "dtype"/],
    [
      'an 8-bit float',
      w('{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}'),
      'unsupported',
      /does not hold/,
    ],
    [
      'an unknown dtype',
      w('{"dtype":"F31","shape":[1],"data_offsets":[0,4]}'),
      'format',
      /does not know/,
    ],
    ['a negative size', w(f32('[-1]', 0, 4)), 'format', /no valid "shape"/],
    ['a fractional size', w(f32('[1.0]', 0, 4)), 'format', /not a whole number/],
    ['a size as text', w(f32('["1"]', 0, 4)), 'format', /no valid "shape"/],
    ['a size beyond 2⁵³', w(f32('[9007199254740993]', 0, 4)), 'format', /no valid "shape"/],
    ['offsets the wrong way round', w(f32('[1]', 4, 0)), 'format', /no valid "data_offsets"/],
    ['sizes that do not fit', w(f32('[2]', 0, 4)), 'format', /does not fill its place/],
    [
      'a product that would wrap around to 4 bytes',
      w(f32('[4294967296,4294967296,1]', 0, 4)),
      'format',
      /does not fill its place/,
    ],
    [
      'tensors that overlap',
      file(`{"a":${f32('[1]', 0, 4)},"b":${f32('[1]', 2, 6)}}`, 6),
      'format',
      /"b" overlaps/,
    ],
    [
      'a hole',
      file(`{"a":${f32('[1]', 0, 4)},"b":${f32('[1]', 8, 12)}}`, 12),
      'format',
      /"b" leaves a hole/,
    ],
    [
      'bytes behind the last tensor',
      file(`{"a":${f32('[1]', 0, 4)}}`, 5),
      'format',
      /bytes follow/,
    ],
    [
      'a claim of 8 TB',
      file(`{"fc1.weight":${f32('[2000000,1000000]', 0, 8e12)}}`, 100),
      'format',
      /"fc1\.weight" claims 8 TB/,
    ],
  ]
  it.each(cases)('%s', (_, bytes, code, message) => {
    const error = failure(bytes)
    expect(error.message).toMatch(message)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^m\.safetensors: /)
  })
})
