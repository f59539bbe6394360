import { Worker } from 'node:worker_threads'

/**
 * A thread that ends the process when a round takes too long, after saying which: a reader that hangs
 * cannot be interrupted from its own thread, and nobody would know the seed.
 */
export interface Watchdog {
  /** Says what is going on now. */
  begin(name: string, seed: number): void
  round(round: number): void
  stop(): Promise<void>
}

/** Plain JavaScript, because it is run as it stands. */
const source = `
const { workerData, parentPort } = require('node:worker_threads')
const { writeSync } = require('node:fs')
const cell = new Int32Array(workerData.memory)
let about = ''
let seen = -1
let since = Date.now()
parentPort.on('message', (next) => { about = next })
setInterval(() => {
  const round = Atomics.load(cell, 0)
  if (round !== seen) { seen = round; since = Date.now(); return }
  if (about === '' || Date.now() - since < workerData.milliseconds) return
  writeSync(2, about + ', round ' + round + ': takes longer than ' + workerData.milliseconds / 1000 + ' s\\n')
  process.kill(process.pid, 'SIGKILL')
}, 250)
`

export function startWatchdog(milliseconds: number): Watchdog {
  const memory = new SharedArrayBuffer(4)
  const cell = new Int32Array(memory)
  const worker = new Worker(source, { eval: true, workerData: { memory, milliseconds } })
  worker.unref()
  return {
    begin(name, seed) {
      worker.postMessage(`${name}, seed ${seed}`)
    },
    round(round) {
      Atomics.store(cell, 0, round)
    },
    async stop() {
      await worker.terminate()
    },
  }
}
