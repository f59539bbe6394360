import { SluiceError } from '../../foundation/errors.ts'

const THREADS_MAX = 64

/** The other threads. */
export interface Workers {
  stop(): Promise<void>
}

/** What a worker is given when it starts. */
interface WorkerData {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly control: number
  readonly thread: number
  readonly threads: number
}

/** Words of the control block; see `kernels/threads.ts`. */
const BARRIER = 128
const TRAPPED = 216

/** Opens the barrier for the others after a trap on this thread, so that they trap there as well. */
export function sayTrapped(memory: WebAssembly.Memory, control: number): void {
  const words = new Int32Array(memory.buffer)
  Atomics.store(words, (control + TRAPPED) >> 2, 1)
  Atomics.add(words, (control + BARRIER) >> 2, 1)
  Atomics.notify(words, (control + BARRIER) >> 2)
}

/**
 * A worker's whole program: it instantiates the same module on the same memory, says that it is ready
 * and stays inside; after a trap it does what `sayTrapped` does. It is kept as text, so there is no second file for bundlers to find.
 */
const PROGRAM = `({ module, memory, control, thread, threads }, ready) => {
  const instance = new WebAssembly.Instance(module, { env: { memory } })
  ready()
  try {
    instance.exports.work(control, thread, threads)
  } catch {
    const words = new Int32Array(memory.buffer)
    Atomics.store(words, (control + ${TRAPPED}) >> 2, 1)
    Atomics.add(words, (control + ${BARRIER}) >> 2, 1)
    Atomics.notify(words, (control + ${BARRIER}) >> 2)
  }
}`
const NODE_PROGRAM = `const { parentPort, workerData } = require('node:worker_threads')
;(${PROGRAM})(workerData, () => parentPort.postMessage('ready'))`
const PAGE_PROGRAM = `onmessage = ({ data }) => (${PROGRAM})(data, () => postMessage('ready'))`

/**
 * The little of Node that is needed, asked for at run time: an import would have to be explained to every
 * bundler of a page.
 */
interface NodeProcess {
  getBuiltinModule(name: 'node:worker_threads'): typeof import('node:worker_threads')
  getBuiltinModule(name: 'node:os'): typeof import('node:os')
}

function nodeProcess(): NodeProcess | undefined {
  const { process } = globalThis as { process?: Partial<NodeProcess> }
  return process?.getBuiltinModule === undefined ? undefined : (process as NodeProcess)
}

/** Whether this thread may sleep: the one that draws a page may not. */
export function mayWait(): boolean {
  try {
    // Another value than the expected one: it returns at once, or refuses.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1)
    return true
  } catch {
    return false
  }
}

/** Starts workers 1 to `threads` − 1 and waits until each is ready to walk tables. */
export async function startWorkers(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  control: number,
  threads: number,
): Promise<Workers> {
  const start = nodeProcess() === undefined ? startInPage : startInNode
  const started = await Promise.allSettled(
    Array.from({ length: threads - 1 }, (_, index) =>
      start({ module, memory, control, thread: index + 1, threads }),
    ),
  )
  const stops = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const stop = async () => {
    await Promise.all(stops.map((stopOne) => stopOne()))
  }
  const failed = started.find((one) => one.status === 'rejected')
  if (failed === undefined) return { stop }
  // All or none: without the others the ones that have started would wait for ever.
  await stop()
  throw failed.reason
}

type Stop = () => unknown

async function startInNode(workerData: WorkerData): Promise<Stop> {
  const { Worker } = (nodeProcess() as NodeProcess).getBuiltinModule('node:worker_threads')
  const worker = new Worker(NODE_PROGRAM, { eval: true, workerData })
  await new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  // A waiting worker must not keep the process alive.
  worker.unref()
  return () => worker.terminate()
}

/** What a page's worker is, as far as it is used here: the library is typed without a page's globals. */
interface PageWorker {
  onmessage: unknown
  onerror: unknown
  postMessage(data: unknown): void
  terminate(): void
}

interface PageGlobals {
  readonly Worker: new (url: string) => PageWorker
  readonly Blob: new (parts: readonly string[], options: { type: string }) => object
  readonly URL: { createObjectURL(blob: object): string; revokeObjectURL(url: string): void }
}

async function startInPage(data: WorkerData): Promise<Stop> {
  const { Worker, Blob, URL } = globalThis as unknown as PageGlobals
  const url = URL.createObjectURL(new Blob([PAGE_PROGRAM], { type: 'text/javascript' }))
  const worker = new Worker(url)
  try {
    await new Promise((resolve, reject) => {
      worker.onmessage = resolve
      worker.onerror = () => {
        const fix = `allow "worker-src blob:" in the page's policy, or ask for one thread`
        reject(new SluiceError('unsupported', 'the page does not start workers', { fix }))
      }
      worker.postMessage(data)
    })
  } catch (error) {
    worker.terminate()
    throw error
  } finally {
    URL.revokeObjectURL(url)
  }
  return () => worker.terminate()
}

/** The number of threads asked for, or one for every core. */
export function threadCount(asked: number | undefined): number {
  if (asked === undefined) return Math.min(THREADS_MAX, cores())
  if (!Number.isInteger(asked) || asked < 1 || asked > THREADS_MAX) {
    throw new SluiceError('usage', 'a wrong number of threads', {
      expected: `a whole number from 1 to ${THREADS_MAX}`,
      received: String(asked),
    })
  }
  return asked
}

function cores(): number {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } }
  return (
    nodeProcess()?.getBuiltinModule('node:os').availableParallelism() ??
    navigator?.hardwareConcurrency ??
    1
  )
}
