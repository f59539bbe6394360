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
// in one branch, 6 branches, 7 outputs of one branch, then the geometry, then 0 panels of a group,
// 1 panels of one chunk, 2 chunks of a group's panels, 3 bytes of one gathered quarter of channels.
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
  OUT_CHANNELS,
  OUT_SIZE,
  SCRATCH_FREE,
  SCRATCH_OUTPUTS,
  SCRATCH_PIXELS,
  SPAN,
  TAP_OFFSETS,
  TAPS,
} from './convGeometry'
import { OUTSIDE } from './finishTile'
import { madd } from './math'
import { pointer, word } from './record'

const PANELS = SCRATCH_FREE + 1
const PANELS_PER_CHUNK = SCRATCH_FREE + 2
const PANEL_CHUNKS = SCRATCH_FREE + 3
const QUARTER_BYTES = SCRATCH_FREE + 4
const COLUMN_BYTES = SCRATCH_FREE + 5

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
          batch,
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

/**
 * Copies eight columns of dy (branches side by side) to `[pixel][8]` for the pixels listed at
 * `indices`, zeros where columns or pixels do not exist.
 */
export function packColumns(
  args: usize,
  indices: usize,
  target: usize,
  batch: i32,
  group: i32,
  panel: i32,
  count: i32,
): void {
  const outputs = word(args, 5)
  const columns = outputs * word(args, 6)
  const outChannels = word(args, OUT_CHANNELS)
  const outPixels = word(args, OUT_SIZE) * word(args, OUT_SIZE + 1) * word(args, OUT_SIZE + 2)
  const first = panel * 8
  const dy = pointer(args, 1) + (<usize>(batch * outPixels * outChannels) << 2)
  // Eight columns that lie side by side in one branch are two vectors.
  const straight = first + 8 <= outputs || (first >= outputs && first + 8 <= columns)
  const base =
    first < outputs ? group * outputs + first : word(args, 7) + group * outputs + first - outputs
  for (let i = 0; i < count; i++) {
    const index = load<u32>(indices + (<usize>i << 2))
    const to = target + (<usize>i << 5)
    if (index == OUTSIDE) {
      v128.store(to, f32x4.splat(0))
      v128.store(to, f32x4.splat(0), 16)
      continue
    }
    const pixel = dy + (<usize>(index * outChannels) << 2)
    if (straight) {
      v128.store(to, v128.load(pixel + (<usize>base << 2)))
      v128.store(to, v128.load(pixel + (<usize>base << 2), 16), 16)
      continue
    }
    for (let column = 0; column < 8; column++) {
      const local = first + column
      let value: f32 = 0
      if (local < columns) {
        const branch = local / outputs
        const channel = branch * word(args, 7) + group * outputs + (local % outputs)
        value = load<f32>(pixel + (<usize>channel << 2))
      }
      store<f32>(to + (<usize>column << 2), value)
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
      sum4x8(gathered + <usize>load<u32>(offsets + (<usize>tap << 2)), pixels, columns, count, sums)
      sums += 128
    }
  }
}

/** Adds x[pixel][4]ᵀ · dy[pixel][8] over `count` pixels to 4 × 8 sums; `pixels` lists offsets into x. */
export function sum4x8(x: usize, pixels: usize, dy: usize, count: i32, sums: usize): void {
  let s00 = v128.load(sums)
  let s01 = v128.load(sums, 16)
  let s10 = v128.load(sums, 32)
  let s11 = v128.load(sums, 48)
  let s20 = v128.load(sums, 64)
  let s21 = v128.load(sums, 80)
  let s30 = v128.load(sums, 96)
  let s31 = v128.load(sums, 112)
  let at = pixels
  let d = dy
  for (let i = count; i > 0; i--) {
    const a = x + <usize>load<u32>(at)
    const d0 = v128.load(d)
    const d1 = v128.load(d, 16)
    const x0 = v128.load_splat<f32>(a)
    const x1 = v128.load_splat<f32>(a, 4)
    const x2 = v128.load_splat<f32>(a, 8)
    const x3 = v128.load_splat<f32>(a, 12)
    s00 = madd(x0, d0, s00)
    s01 = madd(x0, d1, s01)
    s10 = madd(x1, d0, s10)
    s11 = madd(x1, d1, s11)
    s20 = madd(x2, d0, s20)
    s21 = madd(x2, d1, s21)
    s30 = madd(x3, d0, s30)
    s31 = madd(x3, d1, s31)
    at += 4
    d += 32
  }
  v128.store(sums, s00)
  v128.store(sums, s01, 16)
  v128.store(sums, s10, 32)
  v128.store(sums, s11, 48)
  v128.store(sums, s20, 64)
  v128.store(sums, s21, 80)
  v128.store(sums, s30, 96)
  v128.store(sums, s31, 112)
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
