import { SluiceError } from '../../foundation/errors.ts'
import { present } from '../../foundation/invariant.ts'
import { createFrames, type Frames } from './frames.ts'
import { TIME_SLACK } from './sampling.ts'

/** One frame of a stream: RGB bytes `[height, width, 3]` and the second at which it appears. */
export interface TimedFrame {
  readonly time: number
  readonly height: number
  readonly width: number
  readonly data: Uint8Array
}

/** A piece of a longer recording, its times on the recording's clock. */
export interface ClipWindow {
  /** Seconds. */
  readonly start: number
  readonly frames: Frames
}

/**
 * Cuts a stream of frames into windows of `span` seconds, one every `step` seconds, holding no more
 * than a window and a step in memory. The last window ends with the recording, so its end is always
 * seen; a recording shorter than a window gives one window.
 */
export async function* slidingWindows(
  stream: AsyncIterable<TimedFrame> | Iterable<TimedFrame>,
  options: { readonly span: number; readonly step: number },
): AsyncGenerator<ClipWindow> {
  const { span, step } = options
  if (!(span > 0) || !(step > 0)) {
    throw new SluiceError('usage', 'windows need a length and a step above 0 seconds', {
      received: `span ${span}, step ${step}`,
    })
  }
  const kept: TimedFrame[] = []
  let windows = 0
  let interval = 0
  for await (const frame of stream) {
    const previous = kept.at(-1)
    if (previous !== undefined) interval = frame.time - previous.time
    kept.push(frame)
    for (; frame.time >= windows * step + span; windows++) {
      yield cut(kept, windows * step, span)
      // One step more than the next window needs stays, for a last window that reaches back.
      forget(kept, windows * step)
    }
  }
  const last = kept.at(-1)
  if (last === undefined) return
  const end = last.time + interval
  for (; windows * step + span <= end + TIME_SLACK; windows++) yield cut(kept, windows * step, span)
  const covered = windows === 0 ? 0 : (windows - 1) * step + span
  if (windows === 0 || covered < end - TIME_SLACK) yield cut(kept, Math.max(0, end - span), span)
}

/** Drops frames that have left the screen by `time`. */
function forget(kept: TimedFrame[], time: number): void {
  let gone = 0
  while (gone + 1 < kept.length && present(kept[gone + 1], 'frame').time <= time) gone++
  kept.splice(0, gone)
}

function cut(kept: readonly TimedFrame[], start: number, span: number): ClipWindow {
  const inside = kept.filter((frame, i) => {
    const next = kept[i + 1]
    const left = next !== undefined && next.time <= start
    return !left && (frame.time < start + span || i === 0)
  })
  const { height, width } = present(inside[0], 'frame')
  const data = new Uint8Array(inside.length * height * width * 3)
  inside.forEach((frame, i) => {
    data.set(frame.data, i * height * width * 3)
  })
  const times = inside.map((frame) => frame.time)
  const duration = Math.max(start + span, present(times.at(-1), 'time'))
  return { start, frames: createFrames({ height, width, data, times, duration }) }
}
