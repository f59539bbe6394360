import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SluiceError } from '../../foundation/errors.ts'
import { bytesPerElement, type HostTensor, toFloat32 } from '../../foundation/hostTensor.ts'
import { openZip } from '../zip/zipArchive.ts'
import { readTorch } from './readTorch.ts'
import { isDictionary, isTensor, type TorchValue } from './torchValue.ts'

const fixtures = new URL('../../../../../fixtures/torch/', import.meta.url)
const bytesOf = (name: string): Uint8Array => readFileSync(new URL(name, fixtures))
const jsonOf = (name: string) => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8'))
const read = (name: string): TorchValue => readTorch(bytesOf(name), name).value

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A tensor's values as the fixtures' script writes them: halves as float32, long integers as text. */
function jsonTensor(tensor: HostTensor, longAsText: boolean): Json {
  const { dtype, shape } = tensor
  const half = dtype === 'float16' || dtype === 'bfloat16'
  const values = [...(half ? toFloat32(tensor).data : tensor.data)].map((value): Json => {
    if (dtype === 'bool') return value === 1
    if (typeof value === 'bigint') return longAsText ? String(value) : Number(value)
    return jsonNumber(value)
  })
  return { tensor: dtype, shape: [...shape], values }
}

function jsonNumber(value: number): Json {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return value
}

function json(value: TorchValue): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number' && Math.abs(value) >= 2 ** 53 && Number.isInteger(value)) {
    return Math.abs(value) === 2 ** 53 ? { integer: String(value) } : value
  }
  if (typeof value === 'number') return jsonNumber(value)
  if (typeof value === 'bigint') return { integer: String(value) }
  if (value instanceof Uint8Array) return { bytes: [...value] }
  if (isTensor(value)) return jsonTensor(value, true)
  if (isDictionary(value)) {
    return { dictionary: [...value].map(([key, item]) => [json(key), json(item)]) }
  }
  return Array.isArray(value) ? { list: value.map(json) } : null
}

/** The real files' expected values came in another notation: dictionaries as objects. */
function plainJson(value: TorchValue): Json {
  if (isTensor(value)) {
    const { dtype, shape } = value
    const { values } = jsonTensor(value, false) as { values: Json }
    return { dtype, shape: [...shape], values }
  }
  if (isDictionary(value)) {
    return Object.fromEntries([...value].map(([key, item]) => [String(key), plainJson(item)]))
  }
  if (Array.isArray(value)) return value.map(plainJson)
  return value as Json
}

describe('readTorch reads what PyTorch saved, value by value', () => {
  const real: Record<string, Json> = jsonOf('real-expected.json')
  it.each(Object.keys(real))('real-%s.pth', (name) => {
    expect(plainJson(read(`real-${name}.pth`))).toEqual(real[name])
  })

  const expected: Record<string, Json> = jsonOf('expected.json')
  const refused = ['complex.pth', 'sparse.pth']
  it.each(Object.keys(expected).filter((name) => !refused.includes(name)))('%s', (name) => {
    expect(json(read(name))).toEqual(expected[name])
  })

  it('gives every tensor memory of its own, no larger than it needs', () => {
    for (const name of ['layouts.pth', 'layouts-legacy.pth', 'real-t2shared.pth']) {
      const value = read(name)
      const tensors = isDictionary(value) ? [...value.values()].filter(isTensor) : []
      expect(tensors.length).toBeGreaterThan(1)
      expect(new Set(tensors.map(({ data }) => data.buffer)).size).toBe(tensors.length)
      for (const { dtype, data } of tensors) {
        expect(data.buffer.byteLength).toBe(data.length * bytesPerElement[dtype])
      }
    }
  })

  it('keeps the bits of half values, NaN included', () => {
    const value = read('dtypes.pth')
    const half = isDictionary(value) ? value.get('half') : undefined
    const bits = isTensor(half) ? [...half.data].slice(0, 6) : []
    expect(bits).toEqual([0, 0x8000, 0x3c00, 0xc100, 0x7bff, 1])
  })

  it('wherever the file lies in memory', () => {
    const bytes = bytesOf('layouts.pth')
    const reference = json(readTorch(bytes, 'm').value)
    for (let shift = 0; shift < 8; shift++) {
      const shifted = new Uint8Array(bytes.length + shift).subarray(shift)
      shifted.set(bytes)
      expect(json(readTorch(shifted, 'm').value)).toEqual(reference)
    }
  })
})

describe('readTorch refuses', () => {
  it.each<[string, SluiceError['code'], RegExp]>([
    ['os-system.pth', 'refused', /asks to run (posix|os)\.system; nothing was run/],
    ['os-system-legacy.pth', 'refused', /asks to run (posix|os)\.system; nothing was run/],
    ['eval-protocol4.pth', 'refused', /asks to run (__builtin__|builtins)\.eval/],
    [
      'whole-module.pth',
      'refused',
      /whole module, __main__\.Formula[\s\S]*save model\.state_dict\(\) inst/,
    ],
    ['whole-sequential.pth', 'refused', /whole module, torch\.nn\.modules\.container\.Sequential/],
    ['whole-module-legacy.pth', 'refused', /whole module, torch\.nn\.modules\.linear\.Linear/],
    ['torchscript.pt', 'refused', /TorchScript program/],
    ['complex.pth', 'unsupported', /torch\.ComplexFloatStorage/],
    ['sparse.pth', 'unsupported', /_rebuild_sparse_tensor/],
    ['big-endian.pth', 'unsupported', /big-endian/],
    ['deflated.pth', 'unsupported', /is compressed/],
    ['plain-pickle.pkl', 'format', /not one that torch\.save wrote/],
    ['bomb.pth', 'limit', /a tensor claims 4\.4 TB/],
  ])('%s', (name, code, message) => {
    let failure: unknown
    try {
      read(name)
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(SluiceError)
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('a storage that is not what was saved, unless no checksum was computed', () => {
    const bytes = Uint8Array.from(bytesOf('bare.pth'))
    const storage = openZip(bytes, 'm').entry('archive/data/0')
    storage?.packed.fill(0xff, 0, 1)
    expect(() => readTorch(bytes, 'm')).toThrow(/damaged: "archive\/data\/0" is not what was saved/)
    const view = new DataView(bytes.buffer)
    for (let at = 0; at <= bytes.length - 4; at++) {
      if (view.getUint32(at, true) === storage?.crc32) view.setUint32(at, 0, true)
    }
    expect(isDictionary(readTorch(bytes, 'm').value)).toBe(true)
  })

  it('entries that lie over one another, which a small file could have read for hours', () => {
    const bytes = Uint8Array.from(bytesOf('bare.pth'))
    const view = new DataView(bytes.buffer)
    const text = new TextDecoder('latin1').decode(bytes)
    const name = 'archive/data/0'
    const start = openZip(bytes, 'm').entry(name)?.packed.byteOffset ?? 0
    const directory = text.indexOf('PK\x01\x02')
    const sizes = text.lastIndexOf(name) - 26
    for (const at of [sizes, sizes + 4]) view.setUint32(at, directory - start, true)
    expect(() => readTorch(bytes, 'm')).toThrow(/its entries lie over one another/)
  })

  it('more bytes than it was allowed, all tensors together', () => {
    const bytes = bytesOf('layouts.pth')
    expect(() => readTorch(bytes, 'm', { maxBytes: 300 })).toThrow(/at most 300 bytes/)
  })

  it('more instructions or depth than it was allowed', () => {
    const bytes = bytesOf('wrapped-nested.pth')
    expect(() => readTorch(bytes, 'm', { maxOperations: 20 })).toThrow(/too many instructions/)
    expect(() => readTorch(bytes, 'm', { maxDepth: 1 })).toThrow(/nested deeper than 1/)
  })

  it('without leaving a trace of the payloads', () => {
    expect(existsSync('PWNED')).toBe(false)
    expect(readdirSync(fixtures)).not.toContain('PWNED')
  })
})
