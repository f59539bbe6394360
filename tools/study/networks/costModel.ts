import type { Costs } from './equalWidths.ts'

/**
 * What a network costs at any widths, from what it costs at a few: a convolution multiplies the widths of two
 * neighbours, so both counts are quadratic in the widths, and a quadratic follows from its values at 1 and
 * one or two steps from there (Newton's form). Exact, and thousands of times faster than building networks.
 * @param at what the network costs at given widths
 */
export function costModel(
  at: (widths: readonly number[]) => Costs,
  layers: number,
): (widths: readonly number[]) => Costs {
  const ones = new Array<number>(layers).fill(1)
  const moved = (...steps: readonly number[]) => {
    const widths = [...ones]
    for (const layer of steps) widths[layer] = (widths[layer] ?? 0) + 1
    return at(widths)
  }
  const start = at(ones)
  const first = ones.map((_, i) => minus(moved(i), start))
  const second = ones.map((_, i) =>
    ones.map((_, j) => {
      if (j < i) return zero
      const both = minus(moved(i, j), start)
      return minus(both, plus(first[i] ?? zero, first[j] ?? zero))
    }),
  )
  return (widths) => {
    let costs = start
    const steps = widths.map((width) => width - 1)
    steps.forEach((x, i) => {
      costs = plus(costs, times(x, first[i] ?? zero))
      steps.slice(i).forEach((y, k) => {
        const pairs = k === 0 ? (x * (x - 1)) / 2 : x * y
        costs = plus(costs, times(pairs, second[i]?.[i + k] ?? zero))
      })
    })
    return costs
  }
}

const zero: Costs = { parameters: 0, multiplyAdds: 0 }

function plus(a: Costs, b: Costs): Costs {
  return {
    parameters: a.parameters + b.parameters,
    multiplyAdds: a.multiplyAdds + b.multiplyAdds,
  }
}

function minus(a: Costs, b: Costs): Costs {
  return plus(a, times(-1, b))
}

function times(factor: number, { parameters, multiplyAdds }: Costs): Costs {
  return { parameters: factor * parameters, multiplyAdds: factor * multiplyAdds }
}
