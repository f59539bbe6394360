import { clipSets } from './data/clipSets.ts'
import { clipTask } from './data/clipTasks.ts'
import { fillTask } from './data/fillTask.ts'
import type { Task } from './runs/task.ts'

/** What the study is made of, in the document's order. */
export const allTasks: readonly Task[] = [fillTask, ...clipSets.map(clipTask)]
