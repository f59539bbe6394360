import { SluiceError } from '../../foundation/errors.ts'

const THREADS_MAX = 64

/** The other threads. */
export interface Workers {
  /** Why one of them could not start, if the system has said so by now. */
  readonly problem: unknown
  stop(): Promise<void>
}

/** What a worker is given when it starts. */
interface WorkerData {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly control: number
}

/** Words of the control block; see `kernels/threads.ts`. */
const BARRIER = 128
const TRAPPED = 216
const JOINED = 220

/** Workers that are ready to walk tables. */
export function joinedWorkers(memory: WebAssembly.Memory, control: number): number {
  return Atomics.load(new Int32Array(memory.buffer), (control + JOINED) >> 2)
}

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
const PROGRAM = `({ module, memory, control }, ready) => {
  const { join, work } = new WebAssembly.Instance(module, { env: { memory } }).exports
  ready()
  try {
    work(control, join(control))
  } catch {
    const words = new Int32Array(memory.buffer)
    Atomics.store(words, (control + ${TRAPPED}) >> 2, 1)
    Atomics.add(words, (control + ${BARRIER}) >> 2, 1)
    Atomics.notify(words, (control + ${BARRIER}) >> 2)
  }
}`
const NODE_PROGRAM = `(${PROGRAM})(require('node:worker_threads').workerData, () => {})`
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

/**
 * Starts the threads beside this one. Each joins the runs that begin after it is ready: in Node, where
 * a thread takes longer to start than a small network to run, nobody waits for that. A page waits, to say
 * at once whether its policy allows workers.
 */
export async function startWorkers(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  control: number,
  threads: number,
): Promise<Workers> {
  const data = { module, memory, control }
  const count = threads - 1
  if (nodeProcess() !== undefined) return new NodeWorkers(data, count)
  const started = await Promise.allSettled(Array.from({ length: count }, () => startInPage(data)))
  const workers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const stop = async () => {
    for (const worker of workers) worker.terminate()
  }
  const failed = started.find((one) => one.status === 'rejected')
  if (failed === undefined) return { stop, problem: undefined }
  await stop()
  throw failed.reason
}

class NodeWorkers implements Workers {
  private readonly workers: import('node:worker_threads').Worker[] = []
  problem: unknown

  constructor(workerData: WorkerData, count: number) {
    const { Worker } = (nodeProcess() as NodeProcess).getBuiltinModule('node:worker_threads')
    for (let i = 0; i < count; i++) {
      const worker = new Worker(NODE_PROGRAM, { eval: true, workerData })
      worker.once('error', (error) => {
        this.problem = error
      })
      // A waiting worker must not keep the process alive.
      worker.unref()
      this.workers.push(worker)
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }
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

async function startInPage(data: WorkerData): Promise<PageWorker> {
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
  return worker
}

/** The number of threads asked for, or one for every core. */
export function threadCount(asked: number | undefined): number {
  if (asked === undefined) return Math.min(THREADS_MAX, cores())
  if (!Number.isInteger(asked) || asked < 1 || asked > THREADS_MAX) {
    throw new SluiceError('usage', 'a wrong number of threads', {
      expected: `a whole number from 1 to ${THREADS_MAX}`,
      received: JSON.stringify(asked),
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
