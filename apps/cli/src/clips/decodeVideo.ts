import { SluiceError } from 'sluice'
import { createFrames, type Frames } from 'sluice/data'
import { openVideo, type VideoOptions } from './streamVideo.ts'

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
}

/**
 * Decodes a whole video into memory, at its own frame times.
 * @throws SluiceError `limit` when it is longer or larger than allowed, and as `openVideo` does
 */
export async function decodeVideo(path: string, options: DecodeVideoOptions): Promise<DecodedClip> {
  const { maxSeconds = 600, maxBytes = 512 * 2 ** 20 } = options
  const video = await openVideo(path, options)
  const kept: Uint8Array[] = []
  const times: number[] = []
  let size = { width: 0, height: 0 }
  for await (const { time, data, width, height } of video.frames) {
    size = { width, height }
    kept.push(data)
    times.push(time)
    if (time > maxSeconds || kept.length * data.length > maxBytes) {
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
  const duration = durationOf(times, video.facts.fps, intact ? video.facts.duration : undefined)
  const frames = createFrames({ ...size, data, times, duration }, path)
  return { frames, damage: video.damage }
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
