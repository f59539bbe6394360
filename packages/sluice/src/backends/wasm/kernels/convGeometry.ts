// Arguments common to the convolution kernels, and the gathering of input blocks.
//
// A convolution runs block by block over a grid of output positions. For one block, the input it
// needs is gathered into scratch with zeros where the padding is; afterwards every kernel tap is one
// constant offset, so the inner loops know neither borders nor strides nor dilation.
//
//   input coordinate = grid coordinate · inStride + inOrigin + tap offset        (per dimension)
import { pointer, word } from './record'

// Words 0–11 belong to the kernel; the geometry follows.
export const GEOMETRY = 12
export const IN_CHANNELS = GEOMETRY // channels of the input tensor
export const GROUP_CHANNELS = GEOMETRY + 1 // channels of one group within one segment
export const SEGMENTS = GEOMETRY + 2 // 2 when a group's channels lie in two places (feature and gate)
export const SEGMENT_STEP = GEOMETRY + 3 // channels from one segment to the next
export const GROUPS = GEOMETRY + 4
export const IN_SIZE = GEOMETRY + 5 // D, H, W of the input
export const GRID_SIZE = GEOMETRY + 8 // D, H, W of the grid of outputs
export const IN_STRIDE = GEOMETRY + 11
export const IN_ORIGIN = GEOMETRY + 14
export const SPAN = GEOMETRY + 17 // largest tap offset + 1
export const BLOCK_SIZE = GEOMETRY + 20 // outputs of one block
export const BLOCK_COUNT = GEOMETRY + 23 // blocks per dimension
export const TAPS = GEOMETRY + 26
export const TAP_OFFSETS = GEOMETRY + 27 // pointer to u32 byte offsets inside the gathered block
export const GATHER_SIZE = GEOMETRY + 28 // D, H, W of a full gathered block
export const OUT_STEP = GEOMETRY + 31 // output coordinate = grid coordinate · OUT_STEP + OUT_ORIGIN
export const OUT_ORIGIN = GEOMETRY + 34
export const OUT_SIZE = GEOMETRY + 37
export const POSITION_BYTES = GEOMETRY + 40 // bytes from one gathered position to the next
export const SCRATCH_PIXELS = GEOMETRY + 41 // offsets in scratch: input offset per pixel …
export const SCRATCH_OUTPUTS = GEOMETRY + 42 // … output index per pixel …
export const SCRATCH_FREE = GEOMETRY + 43 // … and what the kernel may use itself
export const PANELS_PER_CHUNK = GEOMETRY + 44 // panels of eight columns that one chunk computes
export const PANEL_CHUNKS = GEOMETRY + 45 // chunks that share a group's panels
export const OWN = GEOMETRY + 46 // words of one kernel only

/** Where block `block` begins on the grid, along dimension `axis` (0 = D, 1 = H, 2 = W). */
export function blockOrigin(args: usize, block: i32, axis: i32): i32 {
  const countW = word(args, BLOCK_COUNT + 2)
  const countH = word(args, BLOCK_COUNT + 1)
  if (axis == 2) return (block % countW) * word(args, BLOCK_SIZE + 2)
  if (axis == 1) return ((block / countW) % countH) * word(args, BLOCK_SIZE + 1)
  return (block / (countW * countH)) * word(args, BLOCK_SIZE)
}

/** How many outputs the block has along an axis: less than a full block at the far end. */
export function blockExtent(args: usize, block: i32, axis: i32): i32 {
  return min(
    word(args, BLOCK_SIZE + axis),
    word(args, GRID_SIZE + axis) - blockOrigin(args, block, axis),
  )
}

/**
 * Writes, for every pixel of the block in row-major order, its byte offset in the gathered block and
 * its index in the output tensor. The lists are filled up to a multiple of four with the last pixel,
 * so that kernels work on whole tiles. Returns the number of real pixels.
 */
export function listPixels(args: usize, block: i32, scratch: usize): i32 {
  const pixels = scratch + pointer(args, SCRATCH_PIXELS)
  const outputs = scratch + pointer(args, SCRATCH_OUTPUTS)
  const d0 = blockOrigin(args, block, 0)
  const h0 = blockOrigin(args, block, 1)
  const w0 = blockOrigin(args, block, 2)
  const extentD = blockExtent(args, block, 0)
  const extentH = blockExtent(args, block, 1)
  const extentW = blockExtent(args, block, 2)
  const strideD = word(args, IN_STRIDE)
  const strideH = word(args, IN_STRIDE + 1)
  const strideW = word(args, IN_STRIDE + 2)
  const gatherH = word(args, GATHER_SIZE + 1)
  const gatherW = word(args, GATHER_SIZE + 2)
  const positionBytes = word(args, POSITION_BYTES)
  const sizeH = word(args, OUT_SIZE + 1)
  const sizeW = word(args, OUT_SIZE + 2)
  let count = 0
  for (let d = 0; d < extentD; d++) {
    const outD = (d0 + d) * word(args, OUT_STEP) + word(args, OUT_ORIGIN)
    for (let h = 0; h < extentH; h++) {
      const outH = (h0 + h) * word(args, OUT_STEP + 1) + word(args, OUT_ORIGIN + 1)
      for (let w = 0; w < extentW; w++) {
        const outW = (w0 + w) * word(args, OUT_STEP + 2) + word(args, OUT_ORIGIN + 2)
        const position = (d * strideD * gatherH + h * strideH) * gatherW + w * strideW
        const slot = <usize>count << 2
        store<u32>(pixels + slot, position * positionBytes)
        store<u32>(outputs + slot, (outD * sizeH + outH) * sizeW + outW)
        count++
      }
    }
  }
  for (let extra = count; (extra & 3) != 0; extra++) {
    const slot = <usize>extra << 2
    const last = <usize>(count - 1) << 2
    store<u32>(pixels + slot, load<u32>(pixels + last))
    store<u32>(outputs + slot, load<u32>(outputs + last))
  }
  return count
}

/**
 * Copies the input of one block, channels `channel0…` of every segment, into `target` with
 * `POSITION_BYTES` per position: `[d][h][w][segment][channel]`, zeros outside the input.
 */
export function gatherBlock(
  args: usize,
  input: usize,
  block: i32,
  channel0: i32,
  target: usize,
): void {
  const sizeD = word(args, IN_SIZE)
  const sizeH = word(args, IN_SIZE + 1)
  const sizeW = word(args, IN_SIZE + 2)
  const gatherH = word(args, GATHER_SIZE + 1)
  const gatherW = word(args, GATHER_SIZE + 2)
  const positionBytes = pointer(args, POSITION_BYTES)
  const inBytes = <usize>word(args, IN_CHANNELS) << 2
  const d0 = blockOrigin(args, block, 0) * word(args, IN_STRIDE) + word(args, IN_ORIGIN)
  const h0 = blockOrigin(args, block, 1) * word(args, IN_STRIDE + 1) + word(args, IN_ORIGIN + 1)
  const w0 = blockOrigin(args, block, 2) * word(args, IN_STRIDE + 2) + word(args, IN_ORIGIN + 2)
  const needD = (blockExtent(args, block, 0) - 1) * word(args, IN_STRIDE) + word(args, SPAN)
  const needH = (blockExtent(args, block, 1) - 1) * word(args, IN_STRIDE + 1) + word(args, SPAN + 1)
  const needW = (blockExtent(args, block, 2) - 1) * word(args, IN_STRIDE + 2) + word(args, SPAN + 2)
  const left = min(max(0, -w0), needW)
  const right = max(left, min(needW, sizeW - w0))
  const whole = positionBytes == inBytes
  for (let d = 0; d < needD; d++) {
    const inD = d0 + d
    for (let h = 0; h < needH; h++) {
      const inH = h0 + h
      const row = target + <usize>((d * gatherH + h) * gatherW) * positionBytes
      if (inD < 0 || inD >= sizeD || inH < 0 || inH >= sizeH) {
        memory.fill(row, 0, <usize>needW * positionBytes)
        continue
      }
      const source =
        input + <usize>((inD * sizeH + inH) * sizeW + w0 + left) * inBytes + (<usize>channel0 << 2)
      if (left > 0) memory.fill(row, 0, <usize>left * positionBytes)
      if (right < needW) {
        memory.fill(row + <usize>right * positionBytes, 0, <usize>(needW - right) * positionBytes)
      }
      const copied = row + <usize>left * positionBytes
      if (whole) memory.copy(copied, source, <usize>(right - left) * inBytes)
      else copyChannels(args, copied, source, right - left)
    }
  }
}

/** Copies some channels of consecutive positions. */
function copyChannels(args: usize, target: usize, source: usize, count: i32): void {
  const channels = word(args, GROUP_CHANNELS)
  const segments = word(args, SEGMENTS)
  const segmentStep = <usize>word(args, SEGMENT_STEP) << 2
  const inBytes = <usize>word(args, IN_CHANNELS) << 2
  for (let i = 0; i < count; i++) {
    let to = target + <usize>i * pointer(args, POSITION_BYTES)
    for (let segment = 0; segment < segments; segment++) {
      const from = source + <usize>i * inBytes + <usize>segment * segmentStep
      for (let c = 0; c < channels; c++) {
        store<f32>(to, load<f32>(from + (<usize>c << 2)))
        to += 4
      }
    }
  }
}
