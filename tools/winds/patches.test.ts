import { describe, expect, it } from 'vitest'
import { Random } from '../../packages/sluice/src/foundation/random.ts'
import { anomaliesOf, exchangedClip } from './anomalies.ts'
import { monthReport, monthsApart, monthsOf } from './months.ts'
import { CLIP_VALUES, cutClip, placesOf, startsWithin, TEST_FROM, type Winds } from './patches.ts'

/** A value tells its field, month, row and column; every year adds a weather of its own. */
function winds(months: number): Winds {
  const [latitudes, longitudes] = [26, 36]
  const field = (channel: number) =>
    Float64Array.from({ length: months * latitudes * longitudes }, (_, i) => {
      const x = i % longitudes
      const y = Math.floor(i / longitudes) % latitudes
      const month = Math.floor(i / longitudes / latitudes)
      return channel * 10_000 + (month % 12) * 1000 + y * 36 + x + (Math.floor(month / 12) - 1) / 4
    })
  return { months, latitudes, longitudes, fields: [field(0), field(1)] }
}

describe('clips of wind', () => {
  it('lie 12 points apart and reach round the globe', () => {
    expect(placesOf(winds(12))).toEqual([0, 12, 24].map((column) => ({ row: 0, column })))
    const globe = { ...winds(1), latitudes: 73, longitudes: 144 }
    expect(placesOf(globe)).toHaveLength(60)
  })

  it('are two channels of four months, the grid closing on itself', () => {
    const clip = new Float32Array(CLIP_VALUES)
    cutClip(winds(24), 13, { row: 2, column: 24 }, clip, 0)
    const at = (c: number, t: number, y: number, x: number) => clip[((c * 4 + t) * 24 + y) * 24 + x]
    expect(at(0, 0, 0, 0)).toBe(1000 + 2 * 36 + 24)
    expect(at(1, 3, 5, 11)).toBe(10_000 + 4000 + 7 * 36 + 35)
    expect(at(1, 3, 5, 12)).toBe(10_000 + 4000 + 7 * 36)
  })

  it('of training and test share no month', () => {
    const last = Math.max(...startsWithin(0, TEST_FROM)) + 3
    expect(last).toBe(TEST_FROM - 1)
    expect(startsWithin(TEST_FROM, 132)).toHaveLength(33)
  })
})

describe('exchanged anomalies', () => {
  it('keep month and place, and put another clip in for its weather', () => {
    const all = winds(39)
    const places = placesOf(all)
    const starts = startsWithin(0, 39)
    const learnt = anomaliesOf(all, starts, places)
    const plain = new Float32Array(CLIP_VALUES)
    const made = new Float32Array(CLIP_VALUES)
    const differences = new Set<number>()
    for (let draw = 0; draw < 40; draw++) {
      const start = draw % starts.length
      cutClip(all, starts[start] ?? 0, places[1] ?? { row: 0, column: 0 }, plain, 0)
      exchangedClip(learnt, { start, place: 1 }, new Random(3, 'x', draw), made, 0)
      const difference = (made[100] ?? 0) - (plain[100] ?? 0)
      differences.add(Math.round(difference * 100))
      // Months are 1000 apart, places 12, weathers less than 1.
      expect(Math.abs(difference)).toBeLessThan(2)
    }
    expect(differences.size).toBeGreaterThan(2)
  })
})

describe('answers', () => {
  it('sum the places of a month before they choose', () => {
    const logits = new Float32Array(24).fill(-20)
    logits[3] = 2
    logits[5] = 1.6
    logits[12 + 5] = 1.6
    expect(monthsOf(logits, 2)).toEqual([5])
  })

  it('are judged round the year and by years', () => {
    expect([monthsApart(0, 11), monthsApart(2, 5), monthsApart(0, 6)]).toEqual([1, 3, 6])
    const judged = [
      { year: 1991, month: 0, answer: 11 },
      { year: 1990, month: 4, answer: 4 },
    ]
    expect(monthReport(judged)).toBe('accuracy 0.500, within a month 1.000; 1990 1.000, 1991 0.000')
  })
})
