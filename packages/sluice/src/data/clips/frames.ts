import { SluiceError } from '../../foundation/errors.ts'

/**
 * A decoded clip at its stored, small resolution: bytes as they were shown, and when. Keeping the
 * real times, not just the order, is what lets one model see every recording on the same clock.
 */
export interface Frames {
  readonly count: number
  readonly height: number
  readonly width: number
  readonly channels: 3
  /** `[count, height, width, 3]`, RGB, row-major. */
  readonly data: Uint8Array
  /** Seconds at which each frame appears, never decreasing. */
  readonly times: Float64Array
  /** Seconds at which the last frame stops being shown, on the clock of `times`. */
  readonly duration: number
}

/** The parts of a clip from which the rest follows. */
export interface FrameParts {
  readonly height: number
  readonly width: number
  /** `[count, height, width, 3]`, RGB. */
  readonly data: Uint8Array
  readonly times: Float64Array | readonly number[]
  readonly duration: number
}

/**
 * A checked clip: as many frames as times, bytes that fill them, times that never go back.
 * @throws SluiceError `data` naming `where` when the parts contradict one another
 */
export function createFrames(parts: FrameParts, where = 'clip'): Frames {
  const { height, width, data, duration } = parts
  const times = parts.times instanceof Float64Array ? parts.times : Float64Array.from(parts.times)
  const count = times.length
  if (!isPositiveWhole(height) || !isPositiveWhole(width)) {
    throw new SluiceError('data', 'a clip without pixels', {
      where,
      received: `frames of ${width}×${height}`,
    })
  }
  if (count === 0) throw new SluiceError('data', 'a clip without frames', { where })
  if (data.length !== count * height * width * 3) {
    throw new SluiceError('data', 'the bytes of a clip do not match its size', {
      where,
      expected: `${count} frames of ${width}×${height}×3 = ${count * height * width * 3} bytes`,
      received: `${data.length} bytes`,
    })
  }
  checkTimes(times, duration, where)
  return { count, height, width, channels: 3, data, times, duration }
}

function checkTimes(times: Float64Array, duration: number, where: string): void {
  let previous = Number.NEGATIVE_INFINITY
  for (const time of times) {
    if (!Number.isFinite(time) || time < previous) {
      throw new SluiceError('data', 'the times of a clip must be finite and never go back', {
        where,
        received: `${time} after ${previous}`,
      })
    }
    previous = time
  }
  if (!Number.isFinite(duration) || duration < previous) {
    throw new SluiceError('data', 'a clip must last until its last frame at least', {
      where,
      received: `duration ${duration} s, last frame at ${previous} s`,
    })
  }
}

function isPositiveWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}
