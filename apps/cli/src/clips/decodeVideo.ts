import { SluiceError } from 'sluice'
import { createFrames, type Frames, type TimedFrame } from 'sluice/data'
import { beyondEnd, partOfFrames } from './partOfFrames.ts'
import { openVideo, type VideoOptions, type VideoStream } from './streamVideo.ts'

/** Seconds decoded before a part: a frame may be on screen for that long before it begins. */
const BEFORE = 1

/** A decoded clip, and what was wrong with its file although it could be read. */
export interface DecodedClip {
  readonly frames: Frames
  readonly damage: readonly string[]
}

export interface DecodeVideoOptions extends VideoOptions {
  /** Longest recording taken whole. Default 600 seconds. */
  readonly maxSeconds?: number
  /** Most bytes of decoded frames. Default 512 MiB. */
  readonly maxBytes?: number
  /** Seconds at which the clip begins in the video. Default: the video's own beginning. */
  readonly start?: number
  /** Seconds at which it ends. Default: the video's own end. */
  readonly end?: number
}

/**
 * Decodes a video, or a part of it, into memory, at its own frame times.
 * @throws SluiceError `limit` when it is longer or larger than allowed, and as `openVideo` does
 */
export async function decodeVideo(path: string, options: DecodeVideoOptions): Promise<DecodedClip> {
  const { maxSeconds = 600, maxBytes = 512 * 2 ** 20, start = 0, end } = options
  const video = await openVideo(path, { ...options, from: Math.max(0, start - BEFORE) })
  const { fps, duration: claimed } = video.facts
  const kept: Uint8Array[] = []
  const times: number[] = []
  let size = { width: 0, height: 0 }
  for await (const { time, data, width, height } of framesFrom(video, start, path)) {
    if (end !== undefined && time >= end && kept.length > 0) break
    if (time <= start) {
      // What is on screen when the part begins is the last frame before it.
      kept.length = 0
      times.length = 0
    }
    size = { width, height }
    kept.push(data)
    times.push(time)
    if (time - start > maxSeconds || kept.length * data.length > maxBytes) {
      throw new SluiceError('limit', 'the video is too long to be held as one clip', {
        where: path,
        expected: `up to ${maxSeconds} s and ${Math.round(maxBytes / 2 ** 20)} MiB decoded`,
        fix: 'cut it into the pieces that show the action, or classify it, which streams',
      })
    }
  }
  const frameBytes = size.width * size.height * 3
  const data = new Uint8Array(kept.length * frameBytes)
  kept.forEach((bytes, i) => {
    data.set(bytes, i * frameBytes)
  })
  const intact = video.damage.length === 0
  const ending = durationOf(times, fps, intact ? claimed : undefined)
  const frames = createFrames({ ...size, data, times, duration: ending }, path)
  const part = options.start === undefined ? frames : partOfFrames(frames, { start, end }, path)
  return { frames: part, damage: video.damage }
}

/**
 * The frames of a video. Where there are none and the part was to begin after the video's claimed end,
 * that is the error; a claim alone proves nothing, as some containers only guess their length.
 */
async function* framesFrom(
  { frames, facts: { duration } }: VideoStream,
  start: number,
  path: string,
): AsyncGenerator<TimedFrame, void, undefined> {
  let some = false
  try {
    for await (const frame of frames) {
      some = true
      yield frame
    }
  } catch (error) {
    if (some || duration === undefined || start < duration) throw error
    throw beyondEnd(start, duration, path)
  }
}

/**
 * When the last frame leaves the screen: as the track says, unless it is silent or the file damaged;
 * else after the usual time between frames.
 */
function durationOf(times: readonly number[], fps: number, claimed: number | undefined): number {
  const last = times.at(-1) ?? 0
  if (claimed !== undefined && claimed > last) return claimed
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0))
  const middle = gaps.sort((a, b) => a - b)[gaps.length >> 1]
  return last + (middle === undefined || middle <= 0 ? 1 / fps : middle)
}
