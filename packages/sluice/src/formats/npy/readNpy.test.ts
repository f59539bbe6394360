import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SluiceError } from '../../foundation/errors.ts'
import { type HostTensor, toFloat32 } from '../../foundation/hostTensor.ts'
import { readNpyHeader } from './numpyHeader.ts'
import { readNpy } from './readNpy.ts'

const fixtures = new URL('../../../../../fixtures/numpy/', import.meta.url)
const bytesOf = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`${name}.npy`, fixtures)))
const read = (name: string) => readNpy(bytesOf(name), `${name}.npy`)

/** −3 to 20, as `generate.py` has it. */
const values = Array.from({ length: 24 }, (_, i) => i - 3)

const numbers = (tensor: HostTensor): number[] => Array.from(toFloat32(tensor).data)

/** An .npy file of version 1 with this header. */
function npy(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const text = new TextEncoder().encode(header)
  const start = Uint8Array.of(
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    1,
    0,
    text.length & 255,
    text.length >> 8,
  )
  return Uint8Array.from([...start, ...text, ...data])
}

describe('readNpy', () => {
  it.each(['f4', 'f8', 'i1', 'i2', 'i4', 'i8'])('reads %s of either byte order', (code) => {
    const expected = { f4: 'float32', f8: 'float64', i1: 'int8', i2: 'int16', i4: 'int32' }
    for (const order of ['little', 'big']) {
      const found = read(`${code}-${order}`)
      const { dtype, shape } = found
      expect(dtype).toBe(expected[code as keyof typeof expected] ?? 'int64')
      expect(shape).toEqual([2, 3, 4])
      expect(numbers(found), order).toEqual(values)
    }
  })

  it('reads half precision as its bits', () => {
    for (const order of ['little', 'big']) {
      const found = read(`f2-${order}`)
      expect(found.dtype).toBe('float16')
      expect(numbers(found)).toEqual(values)
    }
  })

  it('widens unsigned numbers that no tensor holds', () => {
    const types = ['u1-big', 'u2-big', 'u4-big', 'u8-big'].map((name) => {
      const found = read(name)
      expect(numbers(found), name).toEqual(values.map((value) => value + 3))
      return found.dtype
    })
    expect(types).toEqual(['uint8', 'int32', 'float64', 'float64'])
  })

  it('turns Fortran order round', () => {
    expect(numbers(read('fortran'))).toEqual(values)
  })

  it('reads truth, scalars, arrays without elements and every version', () => {
    expect(numbers(read('bool'))).toEqual(values.map((value) => (value > 5 ? 1 : 0)))
    expect(read('scalar')).toMatchObject({ shape: [], data: Float32Array.of(7) })
    expect(read('empty')).toMatchObject({ shape: [0, 3], data: new Float32Array(0) })
    for (const name of ['version2', 'version3', 'python2']) {
      expect(numbers(read(name)), name).toEqual(values)
    }
  })

  it.each([
    ['objects', /Python objects/, 'refused'],
    ['records', /records of several fields/, 'unsupported'],
    ['complex', /"<c8"/, 'unsupported'],
    ['text', /"<U1"/, 'unsupported'],
  ])('refuses %s', (name, message, code) => {
    expect(() => read(name)).toThrow(message)
    expect(() => read(name)).toThrow(expect.objectContaining({ code }))
  })

  it('says what is wrong with a file that was cut or has more behind it', () => {
    const whole = bytesOf('f4-little')
    for (let length = 0; length < whole.length; length++) {
      expect(() => readNpy(whole.subarray(0, length), 'cut.npy'), String(length)).toThrow(
        SluiceError,
      )
    }
    expect(() => readNpy(whole.subarray(0, 200), 'cut.npy')).toThrow(
      /cut\.npy: the file ends inside its data[\s\S]*96 bytes[\s\S]*72 bytes/,
    )
    expect(() => readNpy(Uint8Array.from([...whole, 0]), 'm')).toThrow(/bytes follow/)
  })

  it.each([
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1,)", /not valid Python/],
    ["{'descr': '<f4', 'fortran_order': False}", /other fields/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", /other fields/],
    ["{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", /every name once/],
    ["{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", /fortran_order/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", /a value/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1.5,)}", /a value/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': 4}", /valid "shape"/],
    [`{'descr': '<f4', 'fortran_order': False, 'shape': ${'('.repeat(40)}`, /fewer brackets/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999)}", /counted/],
    ["__import__('os').system('echo hi')", /not valid Python/],
  ])('refuses the header %s', (header, message) => {
    expect(() => readNpy(npy(header), 'm')).toThrow(message)
  })

  it('asks for no memory that a header only claims', () => {
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,)}"
    const before = process.memoryUsage().arrayBuffers
    expect(() => readNpy(npy(header), 'm')).toThrow(/ends inside its data[\s\S]*8 GB/)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000)
    expect(readNpyHeader(npy(header), 'm').dataBytes).toBe(8e9)
  })
})
