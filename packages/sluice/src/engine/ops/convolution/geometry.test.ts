import { describe, expect, it } from 'vitest'
import { convolutionOutputShape } from './convolutionShapes.ts'
import { type ConvolutionAttributes, shapeOf, spatial } from './geometry.ts'

const plain: ConvolutionAttributes = {
  stride: [1, 1, 1],
  padding: [
    [0, 0],
    [0, 0],
    [0, 0],
  ],
  dilation: [1, 1, 1],
  groups: 1,
}

describe('spatial shapes', () => {
  it('lead with ones where the rank is lower, and come back', () => {
    expect(spatial([2, 3, 7]).size).toEqual([1, 1, 7])
    expect(spatial([2, 3, 5, 7]).size).toEqual([1, 5, 7])
    for (const shape of [
      [2, 3, 7],
      [2, 3, 5, 7],
      [2, 3, 4, 5, 7],
    ]) {
      const { batch, channels, size } = spatial(shape)
      expect(shapeOf(shape.length, batch, channels, size)).toEqual(shape)
    }
  })
})

describe('the shape of a convolution', () => {
  it('follows the formula of PyTorch', () => {
    const odd = { ...plain, stride: [1, 2, 3] as const, dilation: [1, 1, 2] as const }
    const padded: ConvolutionAttributes = {
      ...odd,
      padding: [
        [2, 0],
        [1, 1],
        [0, 3],
      ],
    }
    expect(convolutionOutputShape([2, 3, 5, 9, 11], [4, 3, 3, 3, 3], padded, '')).toEqual([
      2, 4, 5, 5, 4,
    ])
  })

  it('refuses a kernel larger than the padded input, with both sizes', () => {
    const refused = () => convolutionOutputShape([1, 1, 4, 2], [1, 1, 3, 3], plain, 'block1.conv')
    expect(refused).toThrow(/block1\.conv: the kernel does not fit/)
    expect(refused).toThrow(/at most 2 .*input \[1, 4, 2\]/)
  })

  it('refuses channels that do not match the weight or the groups', () => {
    const wrongChannels = () => convolutionOutputShape([1, 5, 8], [4, 3, 3], plain, '')
    expect(wrongChannels).toThrow(/another number of input channels/)
    const wrongGroups = () =>
      convolutionOutputShape([1, 6, 8], [4, 2, 3], { ...plain, groups: 4 }, '')
    expect(wrongGroups).toThrow(/whole groups/)
  })

  it('refuses strides of zero and negative padding', () => {
    const still = { ...plain, stride: [1, 1, 0] as const }
    expect(() => convolutionOutputShape([1, 1, 8], [1, 1, 3], still, '')).toThrow(/impossible/)
    const shrunk: ConvolutionAttributes = {
      ...plain,
      padding: [
        [0, 0],
        [0, 0],
        [-1, 0],
      ],
    }
    expect(() => convolutionOutputShape([1, 1, 8], [1, 1, 3], shrunk, '')).toThrow(/impossible/)
  })
})
