import { count, short } from '../../../apps/cli/src/terminal/quantities.ts'
import { chosenRates } from '../runs/planStudy.ts'
import { runsOf } from '../statistics/comparison.ts'
import { acrossSeeds } from '../statistics/intervals.ts'
import { clusterWord, findingSentence, findingsOf } from './findings.ts'
import type { TaskResults } from './results.ts'
import { range, table, units, within, wrapped } from './words.ts'

/** A task's networks and how they did, with the differences and what they say. */
export function taskSection(task: TaskResults): string {
  const unit = units[task.measure]
  const rates = chosenRates(task.rates)
  const rows = task.networks.map(({ variant, widths, costs, stepMs }) => {
    const runs = runsOf(task.runs, variant)
    const scores = runs.map(({ score = Number.NaN }) => score)
    const estimate = within(acrossSeeds(scores), unit.bounds)
    return [
      variant,
      widths.join(', '),
      count(costs.parameters),
      short(costs.multiplyAdds),
      `${stepMs.toFixed(0)} ms`,
      String(rates.get(variant) ?? ''),
      scores.map(unit.score).join(', '),
      `**${unit.score(estimate.mean)}** (${range(estimate, unit.score)})`,
    ]
  })
  const head = [
    ...['', 'channels', 'parameters', 'multiply-adds', 'step', 'rate'],
    ...[`${unit.measured}, by seed`, 'mean (95 % over seeds)'],
  ]
  const findings = findingsOf(task)
  const differences = findings.map(({ comparison }) => [
    `gated − ${comparison.other}`,
    comparison.differences.map(unit.difference).join(', '),
    unit.difference(comparison.seeds.mean),
    range(comparison.seeds, unit.difference),
    range(comparison.items, unit.difference),
  ])
  const differenceHead = [
    ...[unit.name, 'by seed', 'mean'],
    ...['95 % over seeds', `95 % over ${clusterWord(task)}`],
  ]
  return [
    table(head, rows),
    table(differenceHead, differences),
    findings
      .map((finding) => wrapped(`* ${findingSentence(finding)}`, 116).replaceAll('\n', '\n  '))
      .join('\n'),
  ].join('\n\n')
}

/** The short runs by which rates were chosen. */
export function rateSection(tasks: readonly TaskResults[]): string {
  const rows = tasks.flatMap((task) => {
    const chosen = chosenRates(task.rates)
    return task.networks.map(({ variant }) => {
      const tried = task.rates
        .filter((record) => record.variant === variant)
        .sort((a, b) => a.rate - b.rate)
      const scores = tried.map(({ rate, curve }) => {
        const last = curve.at(-1)
        const score = last?.validPsnr ?? last?.validAccuracy ?? Number.NaN
        const words = `${rate}: ${units[task.measure].score(score)}`
        return rate === chosen.get(variant) ? `**${words}**` : words
      })
      const rates = tried.map(({ rate }) => rate)
      const rate = chosen.get(variant) ?? Number.NaN
      const edge = rate === Math.min(...rates) || rate === Math.max(...rates)
      return [task.name, variant, scores.join(', '), edge ? 'yes' : 'no']
    })
  })
  return table(['', 'variant', 'rate: validation score', 'at the edge'], rows)
}
