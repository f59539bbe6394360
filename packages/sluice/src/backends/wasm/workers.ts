import { SluiceError } from '../../foundation/errors.ts'

const THREADS_MAX = 64

/**
 * The other threads. A worker's whole program is a few lines that instantiate the same module on the
 * same memory and stay inside it, so they are kept as text: no second file for bundlers to find.
 */
export interface Workers {
  stop(): Promise<void>
}

const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads')
const { module, memory, control, thread, threads } = workerData
const instance = new WebAssembly.Instance(module, { env: { memory } })
parentPort.postMessage('ready')
instance.exports.work(control, thread, threads)
`

/** Starts workers 1 to `threads` − 1 and waits until each is ready to walk tables. */
export async function startWorkers(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  control: number,
  threads: number,
): Promise<Workers> {
  const { Worker } = await import('node:worker_threads')
  const workers = await Promise.all(
    Array.from({ length: threads - 1 }, (_, index) => {
      const worker = new Worker(PROGRAM, {
        eval: true,
        workerData: { module, memory, control, thread: index + 1, threads },
      })
      return new Promise<InstanceType<typeof Worker>>((resolve, reject) => {
        worker.once('message', () => {
          // A waiting worker must not keep the process alive.
          worker.unref()
          resolve(worker)
        })
        worker.once('error', reject)
      })
    }),
  )
  return {
    async stop() {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

/** The number of threads asked for, or one for every core. */
export async function threadCount(asked: number | undefined): Promise<number> {
  if (asked === undefined) {
    const { availableParallelism } = await import('node:os')
    return Math.min(THREADS_MAX, availableParallelism())
  }
  if (!Number.isInteger(asked) || asked < 1 || asked > THREADS_MAX) {
    throw new SluiceError('usage', 'a wrong number of threads', {
      expected: `a whole number from 1 to ${THREADS_MAX}`,
      received: String(asked),
    })
  }
  return asked
}
