/**
 * The climate: what the year brings to each point of the grid. The mean of a few Januaries holds much
 * of those years' weather, so it is kept smooth through the year: the mean, the yearly and the
 * half-yearly wave, five numbers a point where twelve means would be twelve.
 */
import { invariant } from '../../packages/sluice/src/foundation/invariant.ts'
import { CLIP_MONTHS, MONTHS, type Winds } from './patches.ts'

/** Waves a year that the climate has, beside its mean. */
export const WAVES = 2

/**
 * The climate of some months' winds, as a year that goes on until a clip of December ends.
 * @param months numbers of the months that may be learnt from; every calendar month equally often
 */
export function climateOf(winds: Winds, months: readonly number[]): Winds {
  const { latitudes, longitudes } = winds
  const points = latitudes * longitudes
  const year = MONTHS.length
  const counts = MONTHS.map((_, month) => months.filter((m) => m % year === month).length)
  invariant(new Set(counts).size === 1, 'every calendar month equally often')
  const length = year + CLIP_MONTHS - 1
  // Over whole years the waves are orthogonal, so that least squares are these weights.
  const weights = MONTHS.map((_, apart) => {
    let sum = 1
    for (let wave = 1; wave <= WAVES; wave++) {
      sum += 2 * Math.cos((2 * Math.PI * wave * apart) / year)
    }
    return sum / months.length
  })
  const smooth = (field: ArrayLike<number>): Float64Array => {
    const climate = new Float64Array(length * points)
    for (let month = 0; month < length; month++) {
      for (const from of months) {
        const weight = weights[(((month - from) % year) + year) % year] ?? 0
        for (let i = 0; i < points; i++) {
          const at = month * points + i
          climate[at] = (climate[at] as number) + weight * (field[from * points + i] as number)
        }
      }
    }
    return climate
  }
  const [eastward, northward] = winds.fields
  return { months: length, latitudes, longitudes, fields: [smooth(eastward), smooth(northward)] }
}

/** What each month's winds add to the climate. */
export function anomaliesOf(winds: Winds, climate: Winds): Winds {
  const points = winds.latitudes * winds.longitudes
  const less = (field: ArrayLike<number>, usual: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: winds.months * points }, (_, i) => {
      const month = Math.floor(i / points) % MONTHS.length
      return (field[i] as number) - (usual[month * points + (i % points)] as number)
    })
  const [eastward, northward] = winds.fields
  return {
    ...winds,
    fields: [less(eastward, climate.fields[0]), less(northward, climate.fields[1])],
  }
}
