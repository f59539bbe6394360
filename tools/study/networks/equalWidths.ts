import { type Module, type Shape, SluiceError, summary } from 'sluice'
import { costModel } from './costModel.ts'

/** What a network costs, as the engine counts it for an input of batch 1. */
export interface Costs {
  readonly parameters: number
  readonly multiplyAdds: number
}

/** A network as wide as costs allow. */
export interface Widened {
  readonly widths: readonly number[]
  readonly costs: Costs
}

export type CostName = keyof Costs

export function costsOf(model: Module, input: Shape): Costs {
  const { parameters, multiplyAdds } = summary(model, input)
  return { parameters, multiplyAdds }
}

/** How far apart counts may be and still be called equal. */
export const TOLERANCE = 0.02

/** How far a layer's width may stray from √2 of the gated one's, so that networks keep one shape. */
const STRAY = 0.25

/** The largest part by which counts differ, of those named. */
export function farApart(a: Costs, b: Costs, names: readonly CostName[]): number {
  return Math.max(...names.map((name) => Math.abs(a[name] / b[name] - 1)))
}

/**
 * Widths with which `build` costs what `wanted` does. A gated layer has two kernels, so widths near √2
 * times the gated ones are tried, layer by layer; among those that are equal enough the ones with most widths
 * divisible by four are taken (their kernels run best), and of these the ones nearest in their costs.
 * @param names what must be equal: both counts, if one network can have both
 * @throws SluiceError `limit` when no widths are within `TOLERANCE`
 */
export function equalWidths(
  build: (widths: readonly number[]) => Module,
  search: {
    readonly base: readonly number[]
    readonly input: Shape
    readonly wanted: Costs
    readonly names: readonly CostName[]
  },
): Widened {
  const { base, input, wanted, names } = search
  const ranges = base.map((width) => {
    const middle = width * Math.SQRT2
    const least = Math.ceil(middle * (1 - STRAY))
    const most = Math.floor(middle * (1 + STRAY))
    return Array.from({ length: most - least + 1 }, (_, i) => least + i)
  })
  let best: (Widened & { readonly rank: readonly [number, number] }) | undefined
  const cost = costModel((widths) => costsOf(build(widths), input), base.length)
  for (const widths of combinations(ranges)) {
    const costs = cost(widths)
    const apart = farApart(costs, wanted, names)
    if (apart > TOLERANCE) continue
    const rank = [widths.filter((width) => width % 4 !== 0).length, apart] as const
    if (best === undefined || before(rank, best.rank)) best = { widths, costs, rank }
  }
  if (best === undefined) {
    throw new SluiceError('limit', `no network costs the same within ${TOLERANCE * 100} %`, {
      where: 'equalWidths',
      expected: names.map((name) => `${wanted[name]} ${name}`).join(' and '),
    })
  }
  const { widths } = best
  return { widths, costs: costsOf(build(widths), input) }
}

function before(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] === b[0] ? a[1] < b[1] : a[0] < b[0]
}

/** Every choice of one width per layer, the first layer's changing slowest. */
function combinations(ranges: readonly (readonly number[])[]): number[][] {
  return ranges.reduce<number[][]>(
    (all, range) => all.flatMap((widths) => range.map((width) => [...widths, width])),
    [[]],
  )
}
