import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { formatShape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { activationOfRank, requireCount } from '../inputChecks.ts'

/** Steps to the right and down of the lines that are drawn through every pixel, both ways. */
export const lineDirections: readonly (readonly [right: number, down: number])[] = [
  [1, 0],
  [0, 1],
  [1, 1],
  [-1, 1],
  [2, 1],
  [1, 2],
  [-2, 1],
  [-1, 2],
]

/** What is told of each line besides its colour: how near its two ends are, and how unlike. */
export const factsPerLine = 3

/** Distance, in pixels, at which an end counts half as near as one right here. */
export const halfNear = 4

/**
 * Looks through a hole along straight lines. For a picture `[N, C, H, W]` and its mask `[N, 1, H, W]`
 * (above 0.5 is hole) it gives `[N, 8·(C + 3), H, W]`: for each of eight directions the colour between
 * the two known pixels that a line through the pixel meets first, mixed by their distances (of one of
 * them when the other way leads out of the picture, 0 when both do); and behind all colours, for each
 * direction, `1 / (1 + distance / 4)` of both ends, 0 for none, and the mean absolute difference of their
 * colours, 1 when an end is missing. Where an edge crosses a hole, the line along it has near ends that
 * are alike: what a network then has to learn is which gate to open.
 *
 * Known pixels give themselves. It has no gradient: pictures are not what is trained.
 */
export const lineFill: OpDefinition<object> = {
  name: 'lineFill',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 2, where)
    const picture = activationOfRank(inputs, 0, 'picture', 4, 4, where)
    const mask = activationOfRank(inputs, 1, 'mask', 4, 4, where)
    const [batch = 1, channels = 1, height = 1, width = 1] = picture.shape
    const expected = [batch, 1, height, width]
    if (mask.shape.some((size, axis) => size !== expected[axis])) {
      throw new SluiceError('shape', 'the mask is not that of the picture', {
        where,
        expected: formatShape(expected),
        received: formatShape(mask.shape),
      })
    }
    const outChannels = lineDirections.length * (channels + factsPerLine)
    return [{ shape: [batch, outChannels, height, width] }]
  },
  reference([pictureTensor, maskTensor], [outputTensor]) {
    const picture = present(pictureTensor, 'picture')
    const mask = present(maskTensor, 'mask').data
    const output = present(outputTensor, 'output')
    const [batch = 1, channels = 1, height = 1, width = 1] = picture.shape
    const area = height * width
    const lines = lineDirections.length
    const outChannels = lines * (channels + factsPerLine)
    const colourAt = (item: number, channel: number, pixel: number) =>
      picture.data[(item * channels + channel) * area + pixel] as number

    /** The first known pixel from here, this one included, and how far it is. */
    const endOf = (item: number, pixel: number, right: number, down: number) => {
      let x = pixel % width
      let y = Math.floor(pixel / width)
      for (let steps = 0; x >= 0 && x < width && y >= 0 && y < height; steps++) {
        const at = y * width + x
        const known = !((mask[item * area + at] as number) > 0.5)
        if (known) return { at, distance: steps * Math.hypot(right, down) }
        x += right
        y += down
      }
      return undefined
    }

    for (let i = 0; i < batch * lines * area; i++) {
      const pixel = i % area
      const line = Math.floor(i / area) % lines
      const item = Math.floor(i / area / lines)
      const [right, down] = present(lineDirections[line], 'direction')
      const a = endOf(item, pixel, -right, -down)
      const b = endOf(item, pixel, right, down)
      const write = (channel: number, value: number) => {
        output.data[(item * outChannels + channel) * area + pixel] = value
      }
      const span = (a?.distance ?? 0) + (b?.distance ?? 0)
      let unlike = 0
      for (let c = 0; c < channels; c++) {
        const first = a === undefined ? undefined : colourAt(item, c, a.at)
        const second = b === undefined ? undefined : colourAt(item, c, b.at)
        const part = span === 0 ? 0.5 : (a?.distance ?? 0) / span
        const between = (1 - part) * (first ?? 0) + part * (second ?? 0)
        const both = first !== undefined && second !== undefined
        write(line * channels + c, both ? between : (first ?? second ?? 0))
        unlike += both ? Math.abs(first - second) / channels : 1 / channels
      }
      const facts = lines * channels + line * factsPerLine
      write(facts, a === undefined ? 0 : 1 / (1 + a.distance / halfNear))
      write(facts + 1, b === undefined ? 0 : 1 / (1 + b.distance / halfNear))
      write(facts + 2, unlike)
    }
  },
  sumLength: ({ inputs }) => inputs[0]?.shape[1] ?? 1,
}
