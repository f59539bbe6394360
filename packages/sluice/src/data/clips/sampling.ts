import { SluiceError } from '../../foundation/errors.ts'
import type { Preprocessing } from './preprocessing.ts'

/**
 * Clips are sampled by seconds, at a fixed rate, never by frame number: recordings come with any
 * frame rate, and a count of frames that differs by class would be a label leaking into the input.
 */
export interface Clock {
  /** Frames the network sees. */
  readonly frames: number
  /** Frames per second of that view, whatever the recording's own rate. */
  readonly fps: number
}

/**
 * A frame counts as shown this much before its stated time, in seconds. Matroska and WebP round
 * times to milliseconds, so frame 2 of a 30 fps recording claims 0.067 s, just after the 0.0667 s
 * at which it is asked for.
 */
export const TIME_SLACK = 1e-3

/** The clock on which recordings of this kind are sampled: an array's counts steps. */
export function clockOf(description: Preprocessing): Clock {
  const { frames } = description
  return description.kind === 'tensor' ? { frames, fps: 1 } : { frames, fps: description.fps }
}

/** Seconds covered by the clip that a network sees. */
export function clipSpan(clock: Clock): number {
  return clock.frames / clock.fps
}

/**
 * The seconds at which frames are picked: `start`, `start + 1/fps`, …; `speed` times further apart,
 * which shows the recording that much faster.
 */
export function sampleTimes(
  options: Clock & { readonly start?: number; readonly speed?: number },
): Float64Array {
  const { frames, fps, start = 0, speed = 1 } = options
  if (!Number.isSafeInteger(frames) || frames < 1 || !(fps > 0) || !Number.isFinite(fps)) {
    throw new SluiceError('usage', 'a clip is sampled with a whole number of frames at a rate', {
      expected: 'frames ≥ 1 and fps > 0',
      received: `frames ${frames}, fps ${fps}`,
    })
  }
  const times = new Float64Array(frames)
  for (let i = 0; i < frames; i++) times[i] = start + (i * speed) / fps
  return times
}

/**
 * Index of the frame on screen at `time`: the last one that had appeared. Before the first frame it
 * is the first, and after the end the last stays on.
 * @param times seconds at which frames appear, never decreasing
 */
export function frameAt(times: Float64Array, time: number): number {
  let low = 0
  let high = times.length
  const until = time + TIME_SLACK
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] as number) <= until) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** Start of the clip in the middle of a recording; 0 when the recording is no longer than the clip. */
export function centreStart(duration: number, span: number): number {
  return Math.max(0, duration - span) / 2
}

/**
 * Starts of up to `count` clips spread evenly over a recording, for predictions to be averaged.
 * One clip is the middle one; several begin at the start and end at the end. A recording no longer
 * than the span gives one start only: the others would be the same clip again.
 */
export function uniformStarts(duration: number, span: number, count: number): number[] {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new SluiceError('usage', 'clips per video must be a whole number from 1', {
      received: String(count),
    })
  }
  const slack = duration - span
  if (slack <= TIME_SLACK) return [0]
  if (count === 1) return [centreStart(duration, span)]
  return Array.from({ length: count }, (_, i) => (slack * i) / (count - 1))
}
