import { describe, expect, it } from 'vitest'
import { ShownTimes } from './shownTimes.ts'

const config = '[Parsed_showinfo_1 @ 0x55] [info] config in time_base: 1/1000, frame_rate: 10/1'
const frame = (n: number, pts: number | string) =>
  `[Parsed_showinfo_1 @ 0x55] [info] n:${String(n).padStart(4)} pts:${String(pts).padStart(7)} pts_time:0.1 s:24x32`

describe('ShownTimes', () => {
  it('hands out times in order, whoever comes first', async () => {
    const times = new ShownTimes(10)
    const early = times.next()
    expect(times.read('[info] something else')).toBe(false)
    expect(times.read(config)).toBe(true)
    times.read(frame(0, 40))
    times.read(frame(1, 80))
    expect([await early, await times.next()]).toEqual([0.04, 0.08])
    times.end()
    expect(await times.next()).toBeUndefined()
  })

  it('guesses times that are missing and never goes back', async () => {
    const times = new ShownTimes(10)
    times.read(config)
    for (const pts of ['NOPTS', 'NOPTS', 500, 400, -3]) times.read(frame(0, pts))
    const all = [await times.next(), await times.next(), await times.next(), await times.next()]
    expect(all).toEqual([0, 0.1, 0.5, 0.5])
  })
})
