/** What a thread that makes pictures of photographs runs. */
import { workerData } from 'node:worker_threads'
import { serveTasks } from '../threads/serveTasks.ts'
import { LocalPhotoMaker, type PhotoPlan, type PhotoTask } from './photoMaker.ts'

const maker = new LocalPhotoMaker(workerData as PhotoPlan)

serveTasks(async (task: PhotoTask) => {
  if (task.kind === 'inspect') return { value: await maker.inspect(task.path), moved: [] }
  const value = await maker.make(task.path, task.task)
  return { value, moved: [value.picture, value.mask] }
})
