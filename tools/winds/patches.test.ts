import { describe, expect, it } from 'vitest'
import { Random } from '../../packages/sluice/src/foundation/random.ts'
import { anomaliesOf, climateOf } from './climate.ts'
import { monthReport, monthsApart, monthsOf } from './months.ts'
import {
  CLIP_VALUES,
  coarseWinds,
  cutClip,
  placesOf,
  startsWithin,
  TEST_FROM,
  type Winds,
} from './patches.ts'
import { Weather } from './weather.ts'
import { whiteningOf } from './whitening.ts'

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

  it('are the same from boxes, but for their means', () => {
    const coarse = coarseWinds(winds(24), 4)
    expect([coarse.latitudes, coarse.longitudes]).toEqual([6, 9])
    const clip = new Float32Array(CLIP_VALUES / 16)
    cutClip(coarse, 13, { row: 0, column: 6 }, clip, 0, 6)
    // The mean of rows 4 to 7 and columns 24 to 27.
    expect(clip[6]).toBe(1000 + 5.5 * 36 + 25.5)
  })

  it('of training and test share no month', () => {
    const last = Math.max(...startsWithin(0, TEST_FROM)) + 3
    expect(last).toBe(TEST_FROM - 1)
    expect(startsWithin(TEST_FROM, 132)).toHaveLength(33)
  })
})

describe('the climate', () => {
  const one = { latitudes: 1, longitudes: 1 }
  const ofMonths = (value: (month: number) => number): Winds => {
    const field = Float64Array.from({ length: 36 }, (_, month) => value(month))
    return { ...one, months: 36, fields: [field, field] }
  }
  const all = Array.from({ length: 36 }, (_, month) => month)

  it('has the yearly and the half-yearly wave, and goes on after December', () => {
    const wave = (month: number) =>
      3 + Math.cos((2 * Math.PI * (month - 2)) / 12) + Math.sin((2 * Math.PI * month) / 6)
    const [climate] = climateOf(ofMonths(wave), all).fields
    expect(climate).toHaveLength(15)
    for (const month of [0, 5, 11, 13]) expect(climate[month]).toBeCloseTo(wave(month), 9)
  })

  it('leaves out what is shorter, and months that are held out', () => {
    const spiked = ofMonths((month) => (month < 12 ? 0 : 100) + (-1) ** month)
    const [climate] = climateOf(spiked, all.slice(0, 12)).fields
    expect(Math.max(...Array.from(climate, Math.abs))).toBeLessThan(1e-9)
    const [anomaly] = anomaliesOf(spiked, climateOf(spiked, all.slice(0, 12))).fields
    expect(anomaly[13]).toBeCloseTo(99, 9)
  })
})

describe('drawn weather', () => {
  it('has the climate as its mean and the spread of the place', () => {
    const globe = { months: 96, latitudes: 6, longitudes: 12 }
    const noise = new Random(1, 'winds')
    const field = Float64Array.from({ length: 96 * 72 }, (_, i) => {
      const month = Math.floor(i / 72)
      const deviation = i % 12 < 6 ? 1 : 3
      return 10 * Math.cos((2 * Math.PI * month) / 12) + deviation * noise.normal()
    })
    const winds = { ...globe, fields: [field, field] } as const
    const places = placesOf(winds, 6)
    const months = Array.from({ length: 96 }, (_, month) => month)
    const weather = new Weather({ winds, months, starts: startsWithin(0, 96), places, patch: 6 })
    const clip = new Float32Array(weather.size)
    const draws = 400
    let [sum, squares] = [0, 0]
    for (let draw = 0; draw < draws; draw++) {
      weather.draw(0, 6, new Random(2, 'draw', draw), clip, 0)
      sum += (clip[0] ?? 0) / draws
      squares += ((clip[0] ?? 0) + 10) ** 2 / draws
    }
    expect(sum).toBeGreaterThan(-11)
    expect(sum).toBeLessThan(-9)
    expect(squares).toBeGreaterThan(0.6)
    expect(squares).toBeLessThan(2)
  })

  it('is white after whitening', () => {
    const random = new Random(3, 'rows')
    const rows = new Float32Array(3 * 4000)
    for (let row = 0; row < 4000; row++) {
      const [a, b, c] = [random.normal(), random.normal(), random.normal()]
      rows.set([a, a + 0.5 * b, 4 * c - a], row * 3)
    }
    const whitening = whiteningOf(rows, 3)
    const white = (row: number) =>
      [0, 1, 2].map((i) =>
        [0, 1, 2].reduce(
          (sum, k) => sum + (whitening[i * 3 + k] ?? 0) * (rows[row * 3 + k] ?? 0),
          0,
        ),
      )
    for (const [i, j] of [
      [0, 0],
      [1, 1],
      [2, 2],
      [0, 1],
      [1, 2],
    ] as const) {
      let sum = 0
      for (let row = 0; row < 4000; row++) {
        const values = white(row)
        sum += ((values[i] ?? 0) * (values[j] ?? 0)) / 4000
      }
      // Shrinking takes the directions that vary least for more than they are.
      expect(Math.abs(sum - (i === j ? 1 : 0))).toBeLessThan(i === 1 && j === 1 ? 0.6 : 0.2)
    }
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
