import { performance } from 'node:perf_hooks'
import type { Device } from 'sluice'
import type { Variant } from '../networks/variant.ts'
import { contestants } from '../runs/planStudy.ts'
import type { Material, Task } from '../runs/task.ts'

const ROUNDS = 15
const WARM = 2

/**
 * Median milliseconds of a training step of each of a task's networks. They take turns, so that a machine that
 * is busy now and then is so for all of them.
 */
export async function measureSteps(
  task: Task,
  material: Material,
  device: Device,
): Promise<Map<Variant, number>> {
  const { value: batch } = await material.batches(0, 0, 0)[Symbol.asyncIterator]().next()
  if (batch === undefined) throw new RangeError('an epoch without batches')
  const racers = contestants(task).map(({ variant, widths }) => {
    const choices = { device, seed: 0, rate: 1e-6, steps: ROUNDS + WARM }
    return {
      variant,
      trainer: material.trainer(task.build(variant, widths), choices),
      times: [] as number[],
    }
  })
  for (let round = 0; round < WARM + ROUNDS; round++) {
    for (const { trainer, times } of racers) {
      const began = performance.now()
      trainer.step(batch)
      // Reading the loss waits for the step.
      void trainer.loss
      if (round >= WARM) times.push(performance.now() - began)
    }
  }
  return new Map(
    racers.map(({ variant, trainer, times }) => {
      trainer.dispose()
      const median = times.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN
      return [variant, Math.round(median * 10) / 10]
    }),
  )
}
