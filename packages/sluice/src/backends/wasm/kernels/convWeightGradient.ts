// Weight gradient: dW[tap][channel][output] = Σ over pixels of x[pixel + tap][channel] · dy[pixel][output].
//
// Output positions are cut into blocks as in the forward pass, and the blocks into a number of parts
// that depends on the problem only. A part sums its blocks in order into its own partial gradient
// [group][panel][channel / 4][tap][4][8]; a second kernel adds the parts in order. So the sum never
// depends on the number of threads.
//
// Within a block, x is gathered as [channel / 4][position][4] and eight columns of dy as [pixel][8]:
// both stay in the first-level cache while 4 × 8 sums run over all pixels.
//
// Arguments: 0 x, 1 dy, 2 partials, 3 parts, 4 blocks in all (batch included), 5 outputs of a group
// in one branch, 6 branches, 7 outputs of one branch, 10 channels of dy, 11 panels of a group, then the
// geometry, then 0 bytes of one gathered quarter of channels, 1 scratch offset of the columns of dy.
import {
  BLOCK_COUNT,
  blockExtent,
  blockOrigin,
  GATHER_SIZE,
  GROUP_CHANNELS,
  GROUPS,
  IN_CHANNELS,
  IN_ORIGIN,
  IN_SIZE,
  IN_STRIDE,
  listPixels,
  OUT_SIZE,
  OWN,
  PANEL_CHUNKS,
  PANELS_PER_CHUNK,
  SCRATCH_FREE,
  SCRATCH_OUTPUTS,
  SCRATCH_PIXELS,
  SPAN,
  TAP_OFFSETS,
  TAPS,
} from './convGeometry'
import { PANELS } from './finishTile'
import { sumListed4x8 } from './outerSums'
import { packColumns } from './packColumns'
import { pointer, word } from './record'

const QUARTER_BYTES = OWN
const COLUMN_BYTES = OWN + 1

export function convWeightGradient(args: usize, chunk: i32, scratch: usize): void {
  const panelChunks = word(args, PANEL_CHUNKS)
  const panels = word(args, PANELS)
  const part = chunk / panelChunks
  const firstPanel = (chunk % panelChunks) * word(args, PANELS_PER_CHUNK)
  const lastPanel = min(panels, firstPanel + word(args, PANELS_PER_CHUNK))
  const total = word(args, 4)
  const parts = word(args, 3)
  const firstBlock = <i32>((<i64>part * total) / parts)
  const lastBlock = <i32>((<i64>(part + 1) * total) / parts)
  const quarters = (word(args, GROUP_CHANNELS) + 3) >> 2
  const groups = word(args, GROUPS)
  const panelBytes = <usize>(quarters * word(args, TAPS)) << 7
  const partial = pointer(args, 2) + <usize>(part * groups * panels) * panelBytes
  for (let group = 0; group < groups; group++) {
    const start = partial + <usize>(group * panels + firstPanel) * panelBytes
    memory.fill(start, 0, <usize>(lastPanel - firstPanel) * panelBytes)
  }
  const blocks = word(args, BLOCK_COUNT) * word(args, BLOCK_COUNT + 1) * word(args, BLOCK_COUNT + 2)
  const outPixels = word(args, OUT_SIZE) * word(args, OUT_SIZE + 1) * word(args, OUT_SIZE + 2)
  for (let index = firstBlock; index < lastBlock; index++) {
    const batch = index / blocks
    const block = index % blocks
    const count = listPixels(args, block, scratch)
    for (let group = 0; group < groups; group++) {
      gatherQuarters(args, batch, block, group, scratch + pointer(args, SCRATCH_FREE))
      for (let panel = firstPanel; panel < lastPanel; panel++) {
        packColumns(
          args,
          scratch + pointer(args, SCRATCH_OUTPUTS),
          scratch + pointer(args, COLUMN_BYTES),
          batch * outPixels,
          group,
          panel,
          count,
        )
        sumPanel(args, scratch, count, partial + <usize>(group * panels + panel) * panelBytes)
      }
    }
  }
}

/** Gathers a group's input as `[channel / 4][position][4]`, zeros outside and in missing channels. */
function gatherQuarters(args: usize, batch: i32, block: i32, group: i32, target: usize): void {
  const sizeD = word(args, IN_SIZE)
  const sizeH = word(args, IN_SIZE + 1)
  const sizeW = word(args, IN_SIZE + 2)
  const channels = word(args, GROUP_CHANNELS)
  const inBytes = <usize>word(args, IN_CHANNELS) << 2
  const quarterBytes = pointer(args, QUARTER_BYTES)
  const gatherH = word(args, GATHER_SIZE + 1)
  const gatherW = word(args, GATHER_SIZE + 2)
  const d0 = blockOrigin(args, block, 0) * word(args, IN_STRIDE) + word(args, IN_ORIGIN)
  const h0 = blockOrigin(args, block, 1) * word(args, IN_STRIDE + 1) + word(args, IN_ORIGIN + 1)
  const w0 = blockOrigin(args, block, 2) * word(args, IN_STRIDE + 2) + word(args, IN_ORIGIN + 2)
  const needD = (blockExtent(args, block, 0) - 1) * word(args, IN_STRIDE) + word(args, SPAN)
  const needH = (blockExtent(args, block, 1) - 1) * word(args, IN_STRIDE + 1) + word(args, SPAN + 1)
  const needW = (blockExtent(args, block, 2) - 1) * word(args, IN_STRIDE + 2) + word(args, SPAN + 2)
  const image =
    pointer(args, 0) +
    <usize>(batch * sizeD * sizeH * sizeW) * inBytes +
    (<usize>(group * channels) << 2)
  const wholeQuarters = channels >> 2
  const rest = channels & 3
  for (let d = 0; d < needD; d++) {
    for (let h = 0; h < needH; h++) {
      const inD = d0 + d
      const inH = h0 + h
      const outside = inD < 0 || inD >= sizeD || inH < 0 || inH >= sizeH
      let to = target + (<usize>((d * gatherH + h) * gatherW) << 4)
      for (let w = 0; w < needW; w++) {
        const inW = w0 + w
        const zero = outside || inW < 0 || inW >= sizeW
        const from = image + <usize>((inD * sizeH + inH) * sizeW + inW) * inBytes
        let place = to
        for (let quarter = 0; quarter < wholeQuarters; quarter++) {
          v128.store(place, zero ? f32x4.splat(0) : v128.load(from + (<usize>quarter << 4)))
          place += quarterBytes
        }
        if (rest != 0) {
          v128.store(place, f32x4.splat(0))
          if (!zero) {
            const source = from + (<usize>wholeQuarters << 4)
            for (let c = 0; c < rest; c++) {
              store<f32>(place + (<usize>c << 2), load<f32>(source + (<usize>c << 2)))
            }
          }
        }
        to += 16
      }
    }
  }
}

/** All taps and channels of one panel over the pixels of one block. */
function sumPanel(args: usize, scratch: usize, count: i32, partial: usize): void {
  const taps = word(args, TAPS)
  const quarters = (word(args, GROUP_CHANNELS) + 3) >> 2
  const offsets = pointer(args, TAP_OFFSETS)
  const pixels = scratch + pointer(args, SCRATCH_PIXELS)
  const columns = scratch + pointer(args, COLUMN_BYTES)
  let sums = partial
  for (let quarter = 0; quarter < quarters; quarter++) {
    const gathered =
      scratch + pointer(args, SCRATCH_FREE) + <usize>quarter * pointer(args, QUARTER_BYTES)
    for (let tap = 0; tap < taps; tap++) {
      sumListed4x8(gathered + <usize>load<u32>(offsets + (<usize>tap << 2)), pixels, columns, count, sums)
      sums += 128
    }
  }
}

/**
 * Adds the parts in order and writes the gradients as PyTorch shapes them. Arguments: 0 partials,
 * 1 parts, 2 dw, 3 gate dw (0: none), 4 outputs of a group in one branch, 5 channels of a group,
 * 6 taps, 7 panels of a group, 8 groups. A chunk is one panel of one group.
 */
export function reduceWeightGradient(args: usize, chunk: i32, scratch: usize): void {
  const parts = word(args, 1)
  const outputs = word(args, 4)
  const channels = word(args, 5)
  const taps = word(args, 6)
  const panels = word(args, 7)
  const group = chunk / panels
  const panel = chunk % panels
  const quarters = (channels + 3) >> 2
  const panelBytes = <usize>(quarters * taps) << 7
  const partBytes = <usize>(word(args, 8) * panels) * panelBytes
  const first = pointer(args, 0) + <usize>chunk * panelBytes
  const columns = min(8, outputs * (pointer(args, 3) == 0 ? 1 : 2) - panel * 8)
  for (let channel = 0; channel < channels; channel++) {
    for (let tap = 0; tap < taps; tap++) {
      const row = ((((channel >> 2) * taps + tap) << 2) + (channel & 3)) << 5
      sumParts(first + <usize>row, parts, partBytes, scratch)
      for (let column = 0; column < columns; column++) {
        const local = panel * 8 + column
        const target = local < outputs ? pointer(args, 2) : pointer(args, 3)
        const output = group * outputs + (local % outputs)
        const index = (output * channels + channel) * taps + tap
        if (target == 0) continue
        store<f32>(target + (<usize>index << 2), load<f32>(scratch + (<usize>column << 2)))
      }
    }
  }
}

/** Eight neighbouring sums over all parts, added in order, to `target`. */
export function sumParts(source: usize, parts: i32, partBytes: usize, target: usize): void {
  let from = source
  let left = v128.load(from)
  let right = v128.load(from, 16)
  for (let part = 1; part < parts; part++) {
    from += partBytes
    left = f32x4.add(left, v128.load(from))
    right = f32x4.add(right, v128.load(from, 16))
  }
  v128.store(target, left)
  v128.store(target, right, 16)
}
