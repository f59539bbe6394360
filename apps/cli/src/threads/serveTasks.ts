import { parentPort } from 'node:worker_threads'
import { failureOf, type ThreadAnswer } from './threadMessages.ts'

/** A value that was asked for, and memory of it that moves instead of being copied. */
export interface Done {
  readonly value: unknown
  readonly moved: readonly { readonly buffer: ArrayBufferLike }[]
}

/** What a thread of a `ThreadPool` does: the tasks that it is sent, in order, one at a time. */
export function serveTasks<Task>(perform: (task: Task) => Promise<Done>): void {
  // Ends when everything asked for so far is answered.
  let work = Promise.resolve()
  parentPort?.on('message', (task: Task) => {
    work = work.then(async () => {
      try {
        const { value, moved } = await perform(task)
        answer({ value }, moved)
      } catch (error) {
        answer({ failure: failureOf(error) }, [])
      }
    })
  })
}

function answer(message: ThreadAnswer, moved: Done['moved']): void {
  parentPort?.postMessage(
    message,
    moved.map(({ buffer }) => buffer as ArrayBuffer),
  )
}
