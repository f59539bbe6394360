import { stat } from 'node:fs/promises'
import { type Float32Tensor, SluiceError, tensor } from 'sluice'
import {
  centreStart,
  clipSpan,
  clipToTensor,
  createFrames,
  type Frames,
  type Preprocessing,
  sampleTimes,
  type TimedFrame,
} from 'sluice/data'
import { storedSide } from '../clips/boundedSize.ts'
import { loadFrames } from '../clips/loadFrames.ts'
import { mediaKind } from '../clips/mediaKinds.ts'
import { openVideo } from '../clips/streamVideo.ts'
import { clipFrames } from '../pictures/clipFrames.ts'
import type { Pixels } from '../pictures/pixels.ts'

/** What a network is shown of a recording, and the same for people. */
export interface TakenClip {
  readonly path: string
  /** `[1, 3, frames, size, size]`, as `sluice classify` would make it. */
  readonly input: Float32Tensor
  /** The same frames in more pixels. */
  readonly shown: readonly Pixels[]
  /** Seconds in the recording of each frame. */
  readonly times: readonly number[]
}

/**
 * Takes from a recording what a network sees at once: the clip that begins at a second, or the one in
 * the middle.
 * @param side pixels of the frames for people
 * @throws SluiceError `usage` for a second behind the end, and as decoding does
 */
export async function takeClip(
  path: string,
  preprocessing: Preprocessing,
  options: { readonly at?: number; readonly side: number },
): Promise<TakenClip> {
  const { at, side } = options
  const span = clipSpan(preprocessing)
  const seen = await framesAround(path, storedSide(preprocessing.size), span, at)
  const fine = await framesAround(path, Math.max(side, storedSide(preprocessing.size)), span, at)
  const { start } = seen
  const { frames, size } = preprocessing
  return {
    path,
    input: tensor([1, 3, frames, size, size], clipToTensor(seen.frames, preprocessing, { start })),
    shown: clipFrames(fine.frames, preprocessing, side, { start }),
    times: [...sampleTimes({ ...preprocessing, start })],
  }
}

interface Excerpt {
  readonly frames: Frames
  readonly start: number
}

/** Videos are streamed up to what is wanted, however long they are; what is small anyway is loaded whole. */
async function framesAround(
  path: string,
  side: number,
  span: number,
  at: number | undefined,
): Promise<Excerpt> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw new SluiceError('missing', 'no such clip', { where: path, cause })
  })
  if (!facts.isFile() || mediaKind(path) !== 'video') {
    const frames = await loadFrames(path, { side })
    requireWithin(path, at, frames.duration)
    return { frames, start: at ?? centreStart(frames.duration, span) }
  }
  const video = await openVideo(path, { side })
  const start = at ?? centreStart(video.facts.duration ?? 0, span)
  const kept: TimedFrame[] = []
  let end = 0
  for await (const frame of video.frames) {
    end = frame.time
    if (frame.time >= start + span) break
    if (frame.time <= start) kept.length = 0
    kept.push(frame)
  }
  if (end < start) requireWithin(path, at, end)
  const [first] = kept
  if (first === undefined) throw new SluiceError('data', 'a video without frames', { where: path })
  const { width, height } = first
  const data = new Uint8Array(kept.length * width * height * 3)
  kept.forEach((frame, i) => {
    data.set(frame.data, i * width * height * 3)
  })
  const times = kept.map(({ time }) => time)
  const duration = Math.max(start + span, times.at(-1) ?? 0)
  return { frames: createFrames({ width, height, data, times, duration }, path), start }
}

function requireWithin(path: string, at: number | undefined, duration: number): void {
  if (at === undefined || at <= duration) return
  throw new SluiceError('usage', '--at lies behind the end of the clip', {
    where: path,
    expected: `a second from 0 to ${duration.toFixed(2)}`,
    received: String(at),
  })
}
