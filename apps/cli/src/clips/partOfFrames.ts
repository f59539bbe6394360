import { SluiceError } from 'sluice'
import { createFrames, type Frames, frameAt } from 'sluice/data'

/** Seconds of a clip; its own end where that is open. */
export interface Part {
  readonly start: number
  readonly end: number | undefined
}

/**
 * The frames on screen from `start` to `end`, on a clock that begins at `start`. A part that ends after
 * the clip ends with it.
 * @throws SluiceError `data` when the clip is over before the part begins
 */
export function partOfFrames(frames: Frames, { start, end }: Part, where: string): Frames {
  const { height, width, times, data, duration } = frames
  if (start >= duration) throw beyondEnd(start, duration, where)
  const first = frameAt(times, start)
  let last = frames.count
  while (end !== undefined && last > first + 1 && (times[last - 1] as number) >= end) last--
  const bytes = height * width * 3
  return createFrames(
    {
      height,
      width,
      data: data.slice(first * bytes, last * bytes),
      times: times.slice(first, last).map((time) => Math.max(0, time - start)),
      duration: Math.min(end ?? duration, duration) - start,
    },
    where,
  )
}

/** The error for a part that begins when there is nothing left to show. */
export function beyondEnd(start: number, duration: number, where: string): SluiceError {
  return new SluiceError('data', 'the part begins after the end of the clip', {
    where,
    expected: `a start before ${Number(duration.toFixed(3))} s`,
    received: `${start} s`,
  })
}
