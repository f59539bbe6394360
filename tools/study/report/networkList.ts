import { count, short } from '../../../apps/cli/src/terminal/quantities.ts'
import { contestants } from '../runs/planStudy.ts'
import type { Task } from '../runs/task.ts'

/** The tasks and their networks, as text. */
export function networkList(tasks: readonly Task[]): string {
  return tasks
    .map((task) => {
      const lines = contestants(task).map(({ variant, widths, costs }) =>
        [
          `  ${variant.padEnd(8)}`,
          widths.join(', ').padEnd(16),
          `${count(costs.parameters)} parameters`.padEnd(20),
          `${short(costs.multiplyAdds)} multiply-adds`,
        ].join('  '),
      )
      return `${task.name}: ${task.title.toLowerCase()}\n${lines.join('\n')}\n`
    })
    .join('\n')
}
