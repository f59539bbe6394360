/** What a thread of `ClipWorkers` runs: makes the clips that it is asked for, in order, one at a time. */
import { parentPort, workerData } from 'node:worker_threads'
import { type DecodingPlan, LocalClipMaker } from './clipMaker.ts'
import { type ClipAnswer, type ClipTask, failureOf } from './workerMessages.ts'

const maker = new LocalClipMaker(workerData as DecodingPlan)

/** Ends when everything asked for so far is answered. */
let work = Promise.resolve()

parentPort?.on('message', (task: ClipTask) => {
  work = work.then(async () => {
    try {
      const { value, moved } = await make(task)
      answer({ value }, moved)
    } catch (error) {
      answer({ failure: failureOf(error) }, [])
    }
  })
})

/** The value that was asked for, and memory of it that moves instead of being copied. */
async function make(task: ClipTask): Promise<{ value: unknown; moved: Float32Array[] }> {
  if (task.kind === 'inspect') return { value: await maker.inspect(task.item), moved: [] }
  if (task.kind === 'training') {
    const value = await maker.training(task.item, task.recipe, task.place)
    return { value, moved: [value.values] }
  }
  const value = await maker.evaluation(task.item, task.recipe, task.index)
  return { value, moved: value }
}

function answer(message: ClipAnswer, moved: readonly Float32Array[]): void {
  parentPort?.postMessage(
    message,
    moved.map(({ buffer }) => buffer as ArrayBuffer),
  )
}
