import { describe, expect, it } from 'vitest'
import { NetcdfFile } from './netcdf.ts'

/** Bytes of a file with a record dimension, a fixed variable and two record variables. */
function sample({ records = 2 } = {}): Uint8Array {
  const bytes: number[] = []
  const int = (value: number) =>
    bytes.push(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)
  const name = (text: string) => {
    int(text.length)
    for (const letter of text) bytes.push(letter.charCodeAt(0))
    while (bytes.length % 4 > 0) bytes.push(0)
  }
  const float = (value: number) => {
    const view = new DataView(new ArrayBuffer(4))
    view.setFloat32(0, value)
    int(view.getUint32(0))
  }
  bytes.push(0x43, 0x44, 0x46, 1)
  int(records)
  int(10)
  int(2)
  name('time')
  int(0)
  name('x')
  int(3)
  int(0)
  int(0)
  int(11)
  int(3)
  const begins: number[] = []
  const variable = (title: string, axes: number[], type: number, size: number) => {
    name(title)
    int(axes.length)
    axes.forEach(int)
    int(12)
    int(1)
    name('units')
    int(2)
    name('m/s')
    int(type)
    int(size)
    begins.push(bytes.length)
    int(0)
  }
  variable('x', [1], 5, 12)
  variable('short', [0, 1], 3, 8)
  variable('wind', [0, 1], 5, 12)
  const point = (index: number, at: number) => {
    bytes[(begins[index] ?? 0) + 2] = at >> 8
    bytes[(begins[index] ?? 0) + 3] = at & 255
  }
  point(0, bytes.length)
  for (const x of [10, 20, 30]) float(x)
  point(1, bytes.length)
  point(2, bytes.length + 8)
  for (let record = 0; record < records; record++) {
    for (const value of [record, -1, 300]) bytes.push((value >> 8) & 255, value & 255)
    bytes.push(0, 0)
    for (const value of [0.5, -2, record]) float(value)
  }
  return Uint8Array.from(bytes)
}

describe('netCDF-3 classic', () => {
  it('gives variables with their shapes and values, records woven together', () => {
    const file = new NetcdfFile(sample(), 'x.nc')
    expect(file.variables.get('wind')).toMatchObject({ shape: [2, 3], dimensions: ['time', 'x'] })
    expect([...file.read('x')]).toEqual([10, 20, 30])
    expect([...file.read('short')]).toEqual([0, -1, 300, 1, -1, 300])
    expect([...file.read('wind')]).toEqual([0.5, -2, 0, 0.5, -2, 1])
  })

  it('reads a file without records', () => {
    const file = new NetcdfFile(sample({ records: 0 }), 'x.nc')
    expect(file.variables.get('wind')?.shape).toEqual([0, 3])
    expect(file.read('wind')).toHaveLength(0)
  })

  it('names what is not there', () => {
    const file = new NetcdfFile(sample(), 'x.nc')
    expect(() => file.read('rain')).toThrow(
      /x\.nc: there is no variable "rain"[\s\S]*x, short, wind/,
    )
  })

  it('refuses other files, and every file that was cut', () => {
    expect(() => new NetcdfFile(Uint8Array.from([0x89, 0x48, 0x44, 0x46]), 'x.nc')).toThrow(
      /x\.nc: not a netCDF-3 classic file/,
    )
    const whole = sample()
    for (let length = 0; length < whole.length; length++) {
      expect(() => new NetcdfFile(whole.subarray(0, length), 'x.nc'), `${length}`).toThrow(/x\.nc/)
    }
  })

  it('survives any single byte being another one', () => {
    const whole = sample()
    for (let at = 0; at < whole.length; at++) {
      for (const value of [0, 1, 127, 255]) {
        const bytes = Uint8Array.from(whole)
        bytes[at] = value
        try {
          const file = new NetcdfFile(bytes, 'x.nc')
          for (const name of file.variables.keys()) file.read(name)
        } catch (error) {
          expect(error).toHaveProperty('name', 'SluiceError')
        }
      }
    }
  })
})
