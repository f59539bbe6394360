// What a page does: the work in its own thread, or in a worker that the page starts. Which, and how, is in
// its address; `result` is a promise of the bits.
import { work } from './work.mjs'

const asked = Object.fromEntries(new URL(location.href).searchParams)
globalThis.result = asked.where === 'worker' ? inWorker(asked) : work(asked)

function inWorker(options) {
  return new Promise((resolve, reject) => {
    const worker = new Worker('./pageWorker.mjs', { type: 'module' })
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = (event) => reject(new Error(event.message))
    worker.postMessage(options)
  })
}
