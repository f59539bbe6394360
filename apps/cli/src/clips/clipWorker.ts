/** What a thread of `ClipWorkers` runs: makes the clips that it is asked for, in order, one at a time. */
import { workerData } from 'node:worker_threads'
import { type Done, serveTasks } from '../threads/serveTasks.ts'
import { type DecodingPlan, LocalClipMaker } from './clipMaker.ts'
import type { ClipTask } from './workerMessages.ts'

const maker = new LocalClipMaker(workerData as DecodingPlan)

serveTasks(async (task: ClipTask): Promise<Done> => {
  if (task.kind === 'inspect') return { value: await maker.inspect(task.item), moved: [] }
  if (task.kind === 'training') {
    const value = await maker.training(task.item, task.recipe, task.place)
    return { value, moved: [value.values] }
  }
  const value = await maker.evaluation(task.item, task.recipe, task.index)
  return { value, moved: value }
})
