import { describe, expect, it } from 'vitest'
import { mildAugmentation, noAugmentation, readAugmentation } from './augmentation.ts'

describe('readAugmentation', () => {
  it('reads back what JSON made of it and fills in what is missing', () => {
    expect(readAugmentation(JSON.parse(JSON.stringify(mildAugmentation)))).toEqual(mildAugmentation)
    expect(readAugmentation({ crop: 0.5 })).toEqual({ ...noAugmentation, crop: 0.5 })
  })

  it('refuses unknown names, and mirroring that does not say what classes become', () => {
    expect(() => readAugmentation({ blur: 1 })).toThrow(/unknown augmentation "blur"/)
    expect(() => readAugmentation({ mirror: 1 })).toThrow(/pairs of names/)
  })

  it('refuses strengths outside 0…1', () => {
    for (const crop of [-0.1, 1.1, Number.NaN, '0.5', null]) {
      expect(() => readAugmentation({ crop })).toThrow(/strength of crop/)
    }
    expect(() => readAugmentation([])).toThrow(/an object/)
  })
})
