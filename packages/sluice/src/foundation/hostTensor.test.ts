import { expect, it } from 'vitest'
import {
  bfloat16ToNumber,
  halfToNumber,
  numberToHalf,
  tensor,
  toFloat16,
  toFloat32,
} from './hostTensor.ts'

it('a tensor holds as many values as its shape says', () => {
  expect(tensor([2, 2]).data).toEqual(new Float32Array(4))
  expect(tensor([], [3]).data).toEqual(Float32Array.of(3))
  const shape = expect.objectContaining({ code: 'shape' })
  expect(() => tensor([2, 3], [1])).toThrow(/expected: 6 for \[2, 3\]\n {2}received: 1/)
  for (const sizes of [[-1], [1.5], [Number.NaN]]) expect(() => tensor(sizes)).toThrow(shape)
})

it('half types widen to what their bits mean', () => {
  const halves = [0x0000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x7c00, 0xfc00]
  const numbers = [0, 1, -2, 65504, 2 ** -24, 1023 * 2 ** -24, Infinity, -Infinity]
  expect(halves.map(halfToNumber)).toEqual(numbers)
  expect(halfToNumber(0x7e00)).toBeNaN()
  expect(Object.is(halfToNumber(0x8000), -0)).toBe(true)
  expect([0x3f80, 0xc000, 0x7f80, 0x0001].map(bfloat16ToNumber)).toEqual([
    1,
    -2,
    Infinity,
    2 ** -133,
  ])
})

it('every half comes back from the number that it means', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = halfToNumber(bits)
    if (!Number.isNaN(value)) expect(numberToHalf(value)).toBe(bits)
  }
  expect(halfToNumber(numberToHalf(Number.NaN))).toBeNaN()
})

it('numbers are rounded to the nearest half, ties to even', () => {
  const near = [
    1 + 2 ** -11,
    1 + 3 * 2 ** -11,
    65519.9,
    65520,
    -1e9,
    2 ** -25,
    1.5 * 2 ** -24,
    0.99999,
  ]
  expect(near.map(numberToHalf).map(halfToNumber)).toEqual([
    ...[1, 1 + 2 ** -9, 65504, Infinity, -Infinity, 0, 2 ** -23, 1],
  ])
  expect(toFloat16(tensor([2], [1, -2]))).toEqual({
    dtype: 'float16',
    shape: [2],
    data: Uint16Array.of(0x3c00, 0xc000),
  })
})

it('whole numbers become float32, float32 stays where it is', () => {
  const floats = tensor([2], [1, 2])
  expect(toFloat32(floats).data).toBe(floats.data)
  const longs = { dtype: 'int64', shape: [2], data: BigInt64Array.of(-3n, 2n ** 40n) } as const
  expect(toFloat32(longs).data).toEqual(Float32Array.of(-3, 2 ** 40))
})
