import { describe, expect, it } from 'vitest'
import { preprocessing, readPreprocessing } from './preprocessing.ts'

const plain = preprocessing({ frames: 8, fps: 10, size: 32 })

describe('readPreprocessing', () => {
  it('reads back what JSON made of it', () => {
    expect(readPreprocessing(JSON.parse(JSON.stringify(plain)))).toEqual(plain)
  })

  it('names the field that is wrong', () => {
    const broken: [string, unknown][] = [
      ['frames', 8.5],
      ['frames', 1e12],
      ['fps', 0],
      ['fps', null],
      ['size', '32'],
      ['mean', [0, 0]],
      ['mean', [0, 0, Number.POSITIVE_INFINITY]],
      ['std', [1, 0, 1]],
      ['resize', 'squash'],
    ]
    for (const [key, value] of broken) {
      expect(() => readPreprocessing({ ...plain, [key]: value }, 'model')).toThrow(`model.${key}:`)
    }
  })

  it('refuses a missing field, an unknown one and what is no object', () => {
    const { std: _, ...missing } = plain
    expect(() => readPreprocessing(missing)).toThrow(/preprocessing\.std[\s\S]*received: nothing/)
    expect(() => readPreprocessing({ ...plain, flip: true })).toThrow(/unknown field "flip"/)
    for (const value of [null, [], 'x', undefined]) {
      expect(() => readPreprocessing(value)).toThrow(/an object/)
    }
  })
})
