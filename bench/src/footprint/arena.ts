import { type Graph, inferenceGraph, planGraph } from 'sluice'
import { sgd, trainingGraph } from 'sluice/training'
import { wasm } from 'sluice/wasm'
import { CASES, type Case } from '../cases.ts'
import { sluiceModule } from '../peers/sluiceModule.ts'
import type { Footprint } from '../report/footprintRecord.ts'

/** Plans every program of the cases and compares its arena with the bound that lifetimes set. */
export async function measureArenas(): Promise<NonNullable<Footprint['arena']>> {
  const device = await wasm({ threads: 1 })
  try {
    return CASES.filter(({ parts }) => parts.length === 1).map((thing) => {
      const { arenaBytes, lowerBoundBytes } = planGraph(graphOf(thing), device)
      return { program: thing.name, arenaBytes, lowerBoundBytes }
    })
  } finally {
    await device.dispose()
  }
}

function graphOf({ kind, batch, parts }: Case): Graph {
  const net = parts[0]?.net
  if (net === undefined) throw new Error('a case without parts')
  const input = [batch, ...net.input]
  return kind === 'forward'
    ? inferenceGraph(sluiceModule(net), input)
    : trainingGraph(sluiceModule(net), { input, optimizer: sgd({ momentum: 0 }) })
}
