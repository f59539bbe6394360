import { describe, expect, it } from 'vitest'
import { inferenceGraph } from '../../engine/graph/inferenceGraph.ts'
import { inpaintingGraph } from '../../inpainting/inpaintingGraph.ts'
import { deepFillV2 } from './deepFillV2.ts'

/** Names and shapes as the PyTorch port's generator keeps them, in its order. */
const published = [
  'stage1.conv1.conv 48×5×5×5',
  'stage1.down_block1.conv1_downsample.conv 96×24×3×3',
  'stage1.down_block1.conv2.conv 96×48×3×3',
  'stage1.down_block2.conv1_downsample.conv 192×48×3×3',
  'stage1.down_block2.conv2.conv 192×96×3×3',
  'stage1.conv_bn1.conv 192×96×3×3',
  'stage1.conv_bn2.conv 192×96×3×3',
  'stage1.conv_bn3.conv 192×96×3×3',
  'stage1.conv_bn4.conv 192×96×3×3',
  'stage1.conv_bn5.conv 192×96×3×3',
  'stage1.conv_bn6.conv 192×96×3×3',
  'stage1.conv_bn7.conv 192×96×3×3',
  'stage1.up_block1.conv1_upsample.conv.conv 96×96×3×3',
  'stage1.up_block1.conv2.conv 96×48×3×3',
  'stage1.up_block2.conv1_upsample.conv.conv 48×48×3×3',
  'stage1.up_block2.conv2.conv 24×24×3×3',
  'stage1.conv_to_rgb.conv 3×12×3×3',
  'stage2.conv_conv1.conv 48×3×5×5',
  'stage2.conv_down_block1.conv1_downsample.conv 48×24×3×3',
  'stage2.conv_down_block1.conv2.conv 96×24×3×3',
  'stage2.conv_down_block2.conv1_downsample.conv 96×48×3×3',
  'stage2.conv_down_block2.conv2.conv 192×48×3×3',
  'stage2.conv_conv_bn1.conv 192×96×3×3',
  'stage2.conv_conv_bn2.conv 192×96×3×3',
  'stage2.conv_conv_bn3.conv 192×96×3×3',
  'stage2.conv_conv_bn4.conv 192×96×3×3',
  'stage2.conv_conv_bn5.conv 192×96×3×3',
  'stage2.ca_conv1.conv 48×3×5×5',
  'stage2.ca_down_block1.conv1_downsample.conv 48×24×3×3',
  'stage2.ca_down_block1.conv2.conv 96×24×3×3',
  'stage2.ca_down_block2.conv1_downsample.conv 192×48×3×3',
  'stage2.ca_down_block2.conv2.conv 192×96×3×3',
  'stage2.ca_conv_bn1.conv 192×96×3×3',
  'stage2.ca_conv_bn4.conv 192×96×3×3',
  'stage2.ca_conv_bn5.conv 192×96×3×3',
  'stage2.conv_bn6.conv 192×192×3×3',
  'stage2.conv_bn7.conv 192×96×3×3',
  'stage2.up_block1.conv1_upsample.conv.conv 96×96×3×3',
  'stage2.up_block1.conv2.conv 96×48×3×3',
  'stage2.up_block2.conv1_upsample.conv.conv 48×48×3×3',
  'stage2.up_block2.conv2.conv 24×24×3×3',
  'stage2.conv_to_rgb.conv 3×12×3×3',
]

const size = { batch: 1, height: 64, width: 64 }

describe('deepFillV2', () => {
  it('has exactly the tensors of the published generator', () => {
    const { variables } = inpaintingGraph(deepFillV2(), size)
    const shapes = [...variables].map(([name, { value }]) => `${name} ${value.shape.join('×')}`)
    const expected = published.flatMap((row) => {
      const [name = '', shape = ''] = row.split(' ')
      return [`${name}.weight ${shape}`, `${name}.bias ${shape.split('×')[0]}`]
    })
    expect(shapes).toEqual(expected)
    const parameters = [...variables.values()].reduce(
      (sum, { value: { shape } }) => sum + shape.reduce((product, extent) => product * extent, 1),
      0,
    )
    expect(parameters).toBe(4_052_478)
  })

  it('gates all but the two layers that make colours, each in one op', () => {
    const { nodes } = inpaintingGraph(deepFillV2(), size)
    const gated = nodes.filter(({ op }) => op.name === 'gatedConv')
    const rectified = gated.filter(({ attributes }) => attributes.featureActivation === 'relu')
    expect(gated).toHaveLength(40)
    expect(rectified.map(({ path }) => path)).toEqual(['stage2.ca_conv_bn1'])
    expect(nodes.filter(({ op }) => op.name === 'conv')).toHaveLength(2)
  })

  it.each([
    ['symmetric', [1, 1]],
    ['tf', [0, 1]],
  ] as const)('pads halving layers by %s zeros: %o', (padding, sides) => {
    const { nodes } = inpaintingGraph(deepFillV2({ padding }), size)
    const windows = nodes.filter(({ op }) => op.name === 'gatedConv').map((node) => node.attributes)
    const halving = windows.filter(({ stride }) => Array.isArray(stride) && stride[2] === 2)
    expect(halving).toHaveLength(6)
    for (const window of halving) expect(window.padding).toEqual([[0, 0], sides, sides])
    const far = windows.filter(({ dilation }) => Array.isArray(dilation) && dilation[2] === 16)
    expect(far).toHaveLength(2)
    for (const window of far)
      expect(window.padding).toEqual([
        [0, 0],
        [16, 16],
        [16, 16],
      ])
  })

  it('takes pictures with masks of sizes that it can halve three times', () => {
    expect(() => inferenceGraph(deepFillV2(), [1, 4, 64, 60])).toThrow(/multiples of 8/)
    expect(() => inferenceGraph(deepFillV2(), [1, 3, 64, 64])).toThrow(/red, green, blue and mask/)
  })

  it.each([
    [{ width: 5 }, /even width/],
    [{ padding: 'valid' }, /symmetric/],
    [{ downsampling: 'linear' }, /nearest/],
    [{ fuse: 1 }, /true or false/],
  ])('refuses %o', (options, message) => {
    expect(() => deepFillV2(JSON.parse(JSON.stringify(options)))).toThrow(message)
  })
})
