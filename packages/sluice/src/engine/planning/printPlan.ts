import { formatShape } from '../../foundation/shape.ts'
import type { Plan } from './plan.ts'

/** The plan as text: one line a step with kernel, places and reason. */
export function printPlan(plan: Plan): string {
  const lines = plan.steps.map(({ node, lowering, temporaries, runsOnce }, index) => {
    const outputs = node.outputs
      .filter((output) => plan.slots.has(output.id))
      .map((output) => `${formatShape(output.shape)}@${plan.slots.get(output.id)?.offset}`)
    const scratch = temporaries.reduce((sum, slot) => sum + slot.bytes, 0)
    return [
      String(index).padStart(3),
      lowering.kernel.padEnd(28),
      (node.path || '-').padEnd(28),
      outputs.join(' ') || 'in place',
      scratch === 0 ? '' : `(+${scratch} B)`,
      `# ${lowering.why}${runsOnce ? ', once for all runs' : ''}`,
    ].join(' ')
  })
  lines.push(
    `arena ${plan.arenaBytes} B (lower bound ${plan.lowerBoundBytes} B), prepared ${plan.preparedBytes} B`,
  )
  return `${lines.join('\n')}\n`
}
