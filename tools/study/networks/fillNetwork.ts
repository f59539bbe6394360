import {
  branches,
  conv2d,
  elu,
  gated,
  gatedConv2d,
  gatedPresets,
  type Inpainter,
  inpainter,
  type Module,
  scale,
  sequential,
  slice,
  upsample,
} from 'sluice'
import type { Variant } from './variant.ts'

/** Channels at the picture's size, at a half, a quarter and an eighth of it. */
export type FillWidths = readonly number[]

/** What a 3×3 layer of the network reads: one value, or two that a skip connection joined. */
type Parts = readonly number[]

const COLOURS = 3
/** Red, green, blue and what is known: all that any variant is told. */
const SHOWN = COLOURS + 1

/**
 * The small inpainter of the study, `[N, 4, H, W]` → `[N, 3, H, W]`: a U of 3×3 layers whose sizes halve
 * on the way down, with a skip connection at each. All variants are shown the picture blanked in the
 * hole and the map of what is known; they differ in what a layer is:
 * - `gated`: `elu(F) ⊙ σ(G)` (Yu et al. 2019)
 * - `plain`: `elu(F)`
 * - `partial`: `elu` of a partial convolution, which carries its own mask along (Liu et al. 2018)
 */
export function fillNetwork(variant: Variant, widths: FillWidths): Inpainter {
  const [top = 1] = widths
  const body = sequential({
    shown: shownPicture(variant),
    first: layer(variant, [SHOWN], top),
    level: level(variant, widths),
    last: last(variant, top),
  })
  return inpainter(body, {
    multipleOf: 2 ** (widths.length - 1),
    receptiveField: reach(widths.length),
  })
}

/** The picture without what the hole is to hide, what is known (1) or not (0), and for `partial` its mask. */
function shownPicture(variant: Variant): Module {
  const known = () =>
    sequential({
      hole: slice({ axis: 1, start: COLOURS, end: SHOWN }),
      turned: scale(-1, 1),
    })
  const picture = gated({
    feature: slice({ axis: 1, start: 0, end: COLOURS }),
    gate: known(),
    gateActivation: 'none',
  })
  return branches(
    variant === 'partial'
      ? { picture, known: known(), mask: known() }
      : { picture, known: known() },
  )
}

/** One size of the U: half of it is looked at beside what came in, and both are read together. */
function level(variant: Variant, widths: FillWidths): Module {
  const [own = 1, ...deeper] = widths
  const [next] = deeper
  if (next === undefined) {
    return sequential({ a: layer(variant, [own], own), b: layer(variant, [own], own) })
  }
  const inner = sequential({
    down: layer(variant, [own], next, 2),
    level: level(variant, deeper),
    enlarge: upsample(2),
  })
  return sequential({
    both: branches({ skip: sequential([]), inner }),
    merge: layer(variant, [own, next], own),
  })
}

function layer(variant: Variant, parts: Parts, outChannels: number, stride = 1): Module {
  const inChannels = parts.reduce((sum, channels) => sum + channels, 0)
  const window = { kernelSize: 3, stride, padding: 1 }
  switch (variant) {
    case 'gated':
      return gatedConv2d(inChannels, outChannels, { ...window, featureActivation: 'elu' })
    case 'plain':
      return sequential({ conv: conv2d(inChannels, outChannels, window), act: elu() })
    case 'partial':
      // The mask behind the channels is 0 or 1, which the activation leaves alone.
      return sequential({
        conv: gatedPresets.partialConv(parts, outChannels, { stride }),
        act: elu(),
      })
  }
}

/** Colours, from −1 to 1 and as the layer makes them. */
function last(variant: Variant, inChannels: number): Module {
  if (variant !== 'partial') return conv2d(inChannels, COLOURS, { kernelSize: 3, padding: 1 })
  return sequential({
    conv: gatedPresets.partialConv(inChannels, COLOURS),
    colours: slice({ axis: 1, start: 0, end: COLOURS }),
  })
}

/** Pixels across that one output sees: the way down, two layers at the bottom, and the way up. */
function reach(levels: number): number {
  let pixels = 1
  // A 3×3 layer adds two pixels of its own size: first and last at full size, on the way down and up
  // one each, and two at the bottom.
  for (let size = 0; size < levels; size++) {
    const layers = size === levels - 1 ? 2 : size === 0 ? 4 : 2
    pixels += 2 * layers * 2 ** size
  }
  return pixels
}
