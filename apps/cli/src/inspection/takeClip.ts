import { stat } from 'node:fs/promises'
import { type Float32Tensor, SluiceError, tensor } from 'sluice'
import {
  centreStart,
  clipSpan,
  clipToTensor,
  createFrames,
  type Frames,
  inputShape,
  type Preprocessing,
  sampleTimes,
  type TensorPreprocessing,
  type TimedFrame,
  type VideoPreprocessing,
} from 'sluice/data'
import { storedSide } from '../clips/boundedSize.ts'
import { parseClipPath } from '../clips/clipPath.ts'
import { loadFrames } from '../clips/loadFrames.ts'
import { loadTensor } from '../clips/loadRecording.ts'
import { mediaKind } from '../clips/mediaKinds.ts'
import { openVideo } from '../clips/streamVideo.ts'
import { clipFrames } from '../pictures/clipFrames.ts'
import { heatPicture } from '../pictures/heat.ts'
import type { Pixels } from '../pictures/pixels.ts'
import { timestamp } from '../terminal/quantities.ts'

/** What a network is shown of a recording, and the same for people. */
export interface TakenClip {
  readonly path: string
  /** `[1, C, D, H, W]`, as `sluice classify` would make it. */
  readonly input: Float32Tensor
  /** The same frames in more pixels; of a sequence without places one picture of channels by steps. */
  readonly shown: readonly Pixels[]
  /** When each frame is, in the recording: seconds of a video, steps of an array. */
  readonly times: readonly number[]
  /** Whether `shown` is a sequence in one picture. */
  readonly sequence: boolean
  /** A moment as people read it. */
  readonly moment: (time: number) => string
}

/** Pixels of pictures for people: of a frame's side, and of a sequence. */
export interface ShownSize {
  readonly side: number
  readonly row: number
}

/**
 * Takes from a recording what a network sees at once: the clip that begins at a moment, or the one in
 * the middle.
 * @throws SluiceError `usage` for a moment behind the end, and as decoding does
 */
export async function takeClip(
  path: string,
  preprocessing: Preprocessing,
  options: ShownSize & { readonly at?: number },
): Promise<TakenClip> {
  return preprocessing.kind === 'tensor'
    ? await takeArray(path, preprocessing, options)
    : await takeVideo(path, preprocessing, options)
}

async function takeVideo(
  path: string,
  view: VideoPreprocessing,
  { at, side }: ShownSize & { readonly at?: number },
): Promise<TakenClip> {
  const span = clipSpan(view)
  const seen = await framesAround(path, storedSide(view.size), span, at)
  const fine = await framesAround(path, Math.max(side, storedSide(view.size)), span, at)
  const { start } = seen
  return {
    path,
    input: tensor([1, ...inputShape(view)], clipToTensor(seen.frames, view, { start })),
    shown: clipFrames(fine.frames, view, side, { start }),
    times: [...sampleTimes({ ...view, start })],
    ...{ sequence: false, moment: timestamp },
  }
}

async function takeArray(
  path: string,
  view: TensorPreprocessing,
  { at, side, row }: ShownSize & { readonly at?: number },
): Promise<TakenClip> {
  const clip = await loadTensor(path, view.axes)
  requireWithin(path, at, clip.duration)
  const start = Math.floor(at ?? centreStart(clip.duration, view.frames))
  const values = clipToTensor(clip, view, { start })
  const { channels, frames } = view
  const sequence = view.height * view.width === 1 && frames > 1
  const grid = { width: frames, height: channels, values }
  return {
    path,
    input: tensor([1, ...inputShape(view)], values),
    shown: sequence
      ? [heatPicture(grid, [-2, 2], row, Math.max(24, Math.min(240, channels * 12)))]
      : clipFrames(clip, view, side, { start }),
    times: Array.from({ length: frames }, (_, i) => start + i),
    ...{ sequence, moment: (step) => `step ${Math.round(step)}` },
  }
}

interface Excerpt {
  readonly frames: Frames
  readonly start: number
}

/**
 * Videos are streamed up to what is wanted, however long they are; what is small anyway, and a part of
 * a video (`file#t=start,end`), is loaded whole.
 */
async function framesAround(
  path: string,
  side: number,
  span: number,
  at: number | undefined,
): Promise<Excerpt> {
  const { file, start: part } = parseClipPath(path)
  const facts = await stat(file).catch((cause: unknown) => {
    throw new SluiceError('missing', 'no such clip', { where: path, cause })
  })
  if (part !== undefined || !facts.isFile() || mediaKind(file) !== 'video') {
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
    expected: `a moment from 0 to ${Number(duration.toFixed(2))}`,
    received: String(at),
  })
}
