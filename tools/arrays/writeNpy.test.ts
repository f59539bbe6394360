import { describe, expect, it } from 'vitest'
import { readNpy } from '../../packages/sluice/src/formats/npy/readNpy.ts'
import { npyFile, npyHeader } from './writeNpy.ts'

describe('numpy files', () => {
  it('are read back, whatever the number of axes', () => {
    for (const shape of [[6], [2, 3], [1, 3, 2]]) {
      const values = Float32Array.of(1.5, -2, 0, 3e-8, 7, -0.25)
      const tensor = readNpy(npyFile(shape, values), 'x.npy')
      expect(tensor.shape).toEqual(shape)
      expect(tensor.dtype).toBe('float32')
      expect([...tensor.data]).toEqual([...values])
    }
  })

  it('begin their values at a multiple of 64 bytes, after a newline', () => {
    const header = npyHeader([7560, 2, 4, 24, 24])
    expect(header.length % 64).toBe(0)
    expect(header.at(-1)).toBe(0x0a)
  })

  it('refuse values that do not fill the shape', () => {
    expect(() => npyFile([2, 2], new Float32Array(3))).toThrow(/do not fill \[2, 2\]/)
  })
})
