import { invariant } from '../../foundation/invariant.ts'
import { isVariable } from '../graph/value.ts'
import type { Plan, Slot } from './plan.ts'

/**
 * Replays the plan and checks that every value a node reads still stands in memory as it was
 * written: later writes may cover it only after its last use.
 */
export function verifyPlan(plan: Plan): void {
  const owner = new Map<number, Slot>()
  const write = (id: number, slot: Slot) => {
    for (const [other, place] of owner) if (overlap(place, slot)) owner.delete(other)
    owner.set(id, slot)
  }
  for (const input of plan.graph.inputs.values()) {
    const slot = plan.slots.get(input.id)
    if (slot !== undefined) write(input.id, slot)
  }
  for (const { node, temporaries } of plan.steps) {
    for (const input of node.inputs) {
      if (isVariable(input)) continue
      invariant(owner.has(input.id), `${node.op.name} ${node.path} reads memory already reused`)
    }
    for (const slot of temporaries) {
      for (const value of [...node.inputs, ...node.outputs]) {
        const place = plan.slots.get(value.id)
        invariant(
          place === undefined || isVariable(value) || !overlap(place, slot),
          `${node.op.name} ${node.path} has a temporary over one of its own values`,
        )
      }
      for (const [other, place] of owner) if (overlap(place, slot)) owner.delete(other)
    }
    for (const output of node.outputs) {
      const slot = plan.slots.get(output.id)
      if (slot !== undefined) write(output.id, slot)
    }
  }
  for (const [name, value] of plan.graph.outputs) {
    invariant(isVariable(value) || owner.has(value.id), `output ${name} does not survive the run`)
  }
}

function overlap(a: Slot, b: Slot): boolean {
  return a.block === b.block && a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes
}
