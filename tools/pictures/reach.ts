import { compile, gatedConv2d, gatedPresets, type Module, reference, sequential } from 'sluice'
import { colours, label, picture, rectangle } from './svg.ts'

const side = 15
const place = { row: 9, column: 7 } as const
const channels = 16

/** Which pixels one output depends on: each is changed alone, in a batch of its own. */
async function seenFrom(model: Module): Promise<ReadonlySet<number>> {
  const pixels = side * side
  const input = [pixels + 1, 1, side, side]
  using session = compile(model, { device: reference(), input, seed: 5 })
  const data = Float32Array.from({ length: (pixels + 1) * pixels }, (_, i) => {
    const changed = Math.floor(i / pixels) === i % pixels ? 1 : 0
    return Math.sin((i % pixels) * 1.7) + changed
  })
  const { output } = await session.run({ input: data })
  const [, outChannels = 1] = output?.shape ?? []
  const values = output?.data ?? new Float32Array()
  const at = (batch: number, channel: number) =>
    values[(batch * outChannels + channel) * pixels + place.row * side + place.column]
  const seen = new Set<number>()
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < outChannels; channel++) {
      if (at(pixel, channel) !== at(pixels, channel)) seen.add(pixel)
    }
  }
  return seen
}

/** One masked stack, which has a blind spot, beside the two stacks of the gated PixelCNN. */
export async function pixelReach(): Promise<string> {
  const masked = (from: number, mask: 'A' | 'B') =>
    gatedConv2d(from, channels, {
      ...{ kernelSize: 3, padding: 1, mask },
      ...{ featureActivation: 'tanh' },
    })
  const oneStack = sequential([
    masked(1, 'A'),
    ...Array.from({ length: 5 }, () => masked(channels, 'B')),
  ])
  const twoStacks = gatedPresets.gatedPixelCnn(1, 8, {
    channels,
    kernelSizes: [3, 3, 3, 3, 3, 3],
  })
  const panels = [
    { name: 'six masked layers', seen: await seenFrom(oneStack), left: 32 },
    { name: 'gatedPixelCnn, six layers', seen: await seenFrom(twoStacks), left: 344 },
  ]
  const parts = panels.flatMap(({ name, seen, left }) => [
    label(left + 132, 28, name, { 'font-weight': 600 }),
    ...Array.from({ length: side * side }, (_, pixel) => {
      const [row, column] = [Math.floor(pixel / side), pixel % side]
      const own = row === place.row && column === place.column
      const past = row < place.row || (row === place.row && column < place.column)
      const unseen = past ? '#f3c6a5' : colours.pale
      const fill = own ? colours.ink : seen.has(pixel) ? colours.feature : unseen
      return rectangle(left + column * 17.6, 44 + row * 17.6, 16, 16, { fill, rx: 2 })
    }),
  ])
  const legend = [
    [colours.ink, 'the output'],
    [colours.feature, 'what it sees'],
    ['#f3c6a5', 'past, but out of reach or in the blind spot'],
  ] as const
  const words = legend.flatMap(([fill, text], index) => {
    const left = 60 + ([0, 120, 250][index] ?? 0)
    return [
      rectangle(left, 324, 14, 14, { fill, rx: 2 }),
      label(left + 20, 336, text, { 'text-anchor': 'start' }),
    ]
  })
  return picture(640, 356, 'What one output of a masked network sees', [...parts, ...words])
}
