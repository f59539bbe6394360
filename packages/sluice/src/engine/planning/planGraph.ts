import { present } from '../../foundation/invariant.ts'
import type { Device, Lowering, Temporary } from '../device/device.ts'
import { type Graph, mutatedInputs, type Node } from '../graph/graph.ts'
import { isVariable, type Value } from '../graph/value.ts'
import { layOutArena } from './arena.ts'
import { fuseNodes } from './fuseNodes.ts'
import { type Lifetime, lifetimesOf, roundUp, usedValues } from './lifetimes.ts'
import type { Plan, PlanStep, Slot } from './plan.ts'
import { removeDeadNodes } from './removeDeadNodes.ts'

/** Plans a graph for a device: pairs that it computes together, kernels, then memory. */
export function planGraph(source: Graph, device: Device): Plan {
  const alive = removeDeadNodes(source)
  const variablesAreFixed = alive.nodes.every((node) => mutatedInputs(node).length === 0)
  const fixed = variablesAreFixed ? fixedValues(alive) : new Set<number>()
  const isFixed = (value: Value) => fixed.has(value.id)
  const graph = fuseNodes(alive, device, { isFixed })
  const isUsed = usedValues(graph)
  const context = { variablesAreFixed, isUsed, isFixed }
  const lowerings = graph.nodes.map((node) => device.lower(node, context))

  const lifetimes = lifetimesOf(graph)
  const kept = new Map([...lifetimes].filter(([id]) => fixed.has(id)))
  for (const id of kept.keys()) lifetimes.delete(id)
  const blocks: Lifetime[] = []
  const blockOfValue = new Map<number, number>()
  const share = shareInPlace(graph, lowerings, lifetimes)
  for (const [id, lifetime] of lifetimes) {
    if (share.has(id)) continue
    blockOfValue.set(id, blocks.length)
    blocks.push(lifetime)
  }
  for (const id of share.keys()) {
    let root = id
    while (share.has(root)) root = present(share.get(root), 'shared value')
    blockOfValue.set(id, present(blockOfValue.get(root), 'block of a shared value'))
  }

  const firstTemporary = blocks.length
  const runsOnce = graph.nodes.map((node) => node.outputs.length > 0 && node.outputs.every(isFixed))
  const isPrepared = (temporary: Temporary, step: number) =>
    temporary.prepared || runsOnce[step] === true
  lowerings.forEach((lowering, step) => {
    for (const temporary of lowering.temporaries) {
      if (isPrepared(temporary, step)) continue
      blocks.push({ bytes: roundUp(temporary.bytes), first: step, last: step })
    }
  })
  const layout = layOutArena(blocks)
  const arenaSlot = (block: number): Slot => ({
    block: 'arena',
    offset: present(layout.offsets[block], 'arena offset'),
    bytes: present(blocks[block], 'arena block').bytes,
  })

  const slots = new Map<number, Slot>()
  for (const [id, block] of blockOfValue) slots.set(id, arenaSlot(block))
  let nextTemporary = firstTemporary
  let preparedBytes = 0
  const preparedSlot = (bytes: number): Slot => {
    const offset = preparedBytes
    preparedBytes += roundUp(bytes)
    return { block: 'prepared', offset, bytes: roundUp(bytes) }
  }
  for (const [id, { bytes }] of kept) slots.set(id, preparedSlot(bytes))
  const steps: PlanStep[] = graph.nodes.map((node, step) => {
    const lowering = present(lowerings[step], 'lowering')
    const temporaries = lowering.temporaries.map((temporary) =>
      isPrepared(temporary, step) ? preparedSlot(temporary.bytes) : arenaSlot(nextTemporary++),
    )
    return { node, lowering, temporaries, runsOnce: runsOnce[step] === true }
  })
  return {
    graph,
    steps,
    slots,
    arenaBytes: layout.bytes,
    preparedBytes,
    lowerBoundBytes: layout.lowerBoundBytes,
    variablesAreFixed,
  }
}

/**
 * Variables and what is made of them alone, in a graph that overwrites none: normalised weights. They
 * are computed once for all runs until a variable is written.
 */
function fixedValues(graph: Graph): Set<number> {
  const fixed = new Set<number>()
  for (const { value } of graph.variables.values()) fixed.add(value.id)
  for (const node of graph.nodes) {
    if (node.inputs.length === 0 || !node.inputs.every((input) => fixed.has(input.id))) continue
    for (const output of node.outputs) fixed.add(output.id)
  }
  return fixed
}

/**
 * Lets outputs take over the memory of inputs that end at the same node, where the kernel allows it.
 * Returns which value shares with which, and extends the lifetime of the one that stays.
 */
function shareInPlace(
  graph: Graph,
  lowerings: readonly Lowering[],
  lifetimes: Map<number, Lifetime>,
): Map<number, number> {
  const share = new Map<number, number>()
  const rootOf = (id: number): number => {
    const next = share.get(id)
    return next === undefined ? id : rootOf(next)
  }
  graph.nodes.forEach((node, step) => {
    for (const [outputIndex, inputIndex] of present(lowerings[step], 'lowering').inPlace) {
      const input = node.inputs[inputIndex]
      const output = node.outputs[outputIndex]
      if (input === undefined || output === undefined || isVariable(input)) continue
      if (share.has(output.id)) continue
      const target = lifetimes.get(rootOf(input.id))
      const own = lifetimes.get(output.id)
      if (target === undefined || own === undefined) continue
      if (target.last !== step || target.bytes !== own.bytes || readsTwice(node, input.id)) continue
      share.set(output.id, rootOf(input.id))
      target.last = own.last
    }
  })
  return share
}

function readsTwice(node: Node, id: number): boolean {
  return node.inputs.filter((input) => input.id === id).length > 1
}
