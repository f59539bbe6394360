import { describe, expect, it } from 'vitest'
import { slidingWindows, type TimedFrame } from './slidingWindows.ts'

function* recording(count: number, fps: number, alive: { now: number; most: number }) {
  for (let i = 0; i < count; i++) {
    alive.now++
    alive.most = Math.max(alive.most, alive.now)
    const frame: TimedFrame = {
      time: i / fps,
      height: 1,
      width: 1,
      data: Uint8Array.of(i % 256, 0, 0),
    }
    yield frame
  }
}

async function windowsOf(count: number, fps: number, span: number, step: number) {
  const found: { start: number; shown: number[]; times: number[] }[] = []
  const stream = recording(count, fps, { now: 0, most: 0 })
  for await (const { start, frames } of slidingWindows(stream, { span, step })) {
    const shown = Array.from({ length: frames.count }, (_, i) => frames.data[i * 3] ?? -1)
    found.push({ start, shown, times: Array.from(frames.times) })
  }
  return found
}

describe('slidingWindows', () => {
  it('covers a recording from start to end', async () => {
    const windows = await windowsOf(20, 10, 0.5, 0.5)
    expect(windows.map((w) => w.start)).toEqual([0, 0.5, 1, 1.5])
    expect(windows.map((w) => w.shown)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
      [10, 11, 12, 13, 14],
      [15, 16, 17, 18, 19],
    ])
  })

  it('adds a last window that ends with the recording', async () => {
    const windows = await windowsOf(23, 10, 1, 0.75)
    expect(windows.map((w) => Number(w.start.toFixed(6)))).toEqual([0, 0.75, 1.3])
    expect(windows.at(-1)?.shown.at(-1)).toBe(22)
    expect(windows.at(-1)?.shown[0]).toBe(13)
  })

  it('overlaps when the step is shorter, and skips when it is longer', async () => {
    const overlapping = await windowsOf(10, 10, 0.4, 0.2)
    expect(overlapping.map((w) => w.shown[0])).toEqual([0, 2, 4, 6])
    const sparse = await windowsOf(30, 10, 0.2, 1)
    expect(sparse.map((w) => w.shown)).toEqual([
      [0, 1],
      [10, 11],
      [20, 21],
      [28, 29],
    ])
  })

  it('gives one window for a recording shorter than it, and none for no frames', async () => {
    expect((await windowsOf(3, 10, 2, 1)).map((w) => w.shown)).toEqual([[0, 1, 2]])
    expect(await windowsOf(0, 10, 2, 1)).toEqual([])
  })

  it('begins a window with the frame that is still on screen', async () => {
    const windows = await windowsOf(4, 2, 0.4, 0.3)
    const second = windows[1]
    expect(second?.start).toBeCloseTo(0.3)
    expect(second?.times).toEqual([0, 0.5])
  })

  it('refuses windows without length', async () => {
    await expect(windowsOf(3, 10, 0, 1)).rejects.toThrow(/above 0 seconds/)
  })
})
