import { SluiceError } from '../../foundation/errors.ts'
import { type HostTensor, toFloat32 } from '../../foundation/hostTensor.ts'
import { present } from '../../foundation/invariant.ts'
import { formatShape } from '../../foundation/shape.ts'
import type { Frames } from './frames.ts'

/**
 * A recording that is no video: weather on a grid, sensors, a spectrogram. Any number of channels, any
 * unit. Its clock counts steps: one step is one "second", so whatever samples by time works here too.
 */
export interface TensorClip {
  readonly kind: 'tensor'
  readonly channels: number
  readonly count: number
  readonly height: number
  readonly width: number
  /** `[channels, count, height, width]`. */
  readonly data: Float32Array
  /** Steps: the same as `count`. */
  readonly duration: number
}

/** What a data set's clips are decoded to. */
export type Recording = Frames | TensorClip

/**
 * What the axes of a stored array mean, by rank: a sequence, channels over time (PyTorch's Conv1d),
 * pictures over time, and all four.
 */
export const usualAxes: readonly string[] = ['', 'D', 'CD', 'DHW', 'CDHW']

/**
 * A clip from an array.
 * @param axes a letter for each axis of the array, of `C` channels, `D` time, `H` height and `W`
 *   width; what is not named has size 1. `DCHW` is usual for weather. Default: `D`, `CD`, `DHW` or
 *   `CDHW`, by the array's rank
 * @throws SluiceError `data` when the axes do not fit, a size is 0, or a value is not finite
 */
export function tensorClip(
  tensor: HostTensor,
  axes: string | undefined,
  where: string,
): TensorClip {
  const { shape } = tensor
  const letters = axes ?? usualAxes[shape.length] ?? ''
  checkAxes(letters)
  if (letters.length !== shape.length || shape.length === 0) {
    throw new SluiceError('data', 'the axes of the array are not those expected', {
      where,
      expected: axes === undefined ? 'one to four axes: D, CD, DHW or CDHW' : `axes ${axes}`,
      received: `an array ${formatShape(shape)}`,
      fix: 'name its axes with --axes, such as DCHW, or take one clip of many with #index',
    })
  }
  if (shape.includes(0)) {
    throw new SluiceError('data', 'an array without elements is no clip', {
      where,
      received: formatShape(shape),
    })
  }
  const { data } = toFloat32(tensor)
  const bad = data.findIndex((value) => !Number.isFinite(value))
  if (bad !== -1) {
    throw new SluiceError('data', 'a value that is no finite number', {
      where,
      received: `${tensor.data[bad]} at element ${bad} of ${formatShape(shape)}`,
      fix: 'fill missing values before, for example with the mean of the channel',
    })
  }
  const sizeOf = (letter: string): number => shape[letters.indexOf(letter)] ?? 1
  const [channels, count, height, width] = [...'CDHW'].map(sizeOf) as [
    number,
    number,
    number,
    number,
  ]
  const ordered = inOrder(data, letters, shape)
  return { kind: 'tensor', channels, count, height, width, data: ordered, duration: count }
}

/** @throws SluiceError `usage` unless each letter is one of C, D, H and W, and stands once */
export function checkAxes(letters: string): void {
  if (/^[CDHW]{0,4}$/.test(letters) && new Set(letters).size === letters.length) return
  throw new SluiceError('usage', 'not a description of axes', {
    expected: 'each of C, D, H, W once at most, such as DCHW',
    received: letters,
  })
}

/** The elements with the axes in the order C, D, H, W. Shares memory where they are already. */
function inOrder(data: Float32Array, letters: string, shape: readonly number[]): Float32Array {
  const wanted = [...'CDHW'].filter((letter) => letters.includes(letter))
  if (wanted.join('') === letters) return data
  const strides = shape.map(() => 1)
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = present(strides[axis + 1], 'stride') * present(shape[axis + 1], 'size')
  }
  const axes = wanted.map((letter) => letters.indexOf(letter))
  const sizes = axes.map((axis) => present(shape[axis], 'size'))
  const steps = axes.map((axis) => present(strides[axis], 'stride'))
  const out = new Float32Array(data.length)
  const index = sizes.map(() => 0)
  let at = 0
  for (let i = 0; i < out.length; i++) {
    out[i] = data[at] as number
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const size = sizes[axis] as number
      index[axis] = (index[axis] as number) + 1
      at += steps[axis] as number
      if ((index[axis] as number) < size) break
      index[axis] = 0
      at -= (steps[axis] as number) * size
    }
  }
  return out
}

/** The steps from `start` to before `end` of a clip. */
export function tensorSteps(clip: TensorClip, start: number, end: number): TensorClip {
  const { channels, count, height, width, data } = clip
  const area = height * width
  const steps = end - start
  const out = new Float32Array(channels * steps * area)
  for (let c = 0; c < channels; c++) {
    out.set(data.subarray((c * count + start) * area, (c * count + end) * area), c * steps * area)
  }
  return { ...clip, count: steps, data: out, duration: steps }
}
