import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SluiceError } from 'sluice'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failureOf, readFailure } from '../threads/threadMessages.ts'
import { ClipWorkers } from './clipWorkers.ts'
import { temporaryFolder } from './media.test.support.ts'

const folder = temporaryFolder()
const plan = { root: '/', side: 1, axes: null, cache: null, memoryBytes: 1000 }
const item = (path: string) => ({ path, label: 0 })
let program: URL

beforeAll(() => {
  const path = join(folder.path, 'program.mjs')
  // Answers with the path, the thread and its memory; some paths kill it or take long.
  writeFileSync(
    path,
    `import { parentPort, workerData, threadId } from 'node:worker_threads'
let work = Promise.resolve()
parentPort.on('message', ({ item }) => {
  work = work.then(async () => {
    if (item.path.startsWith('slow')) await new Promise((resolve) => setTimeout(resolve, 100))
    if (item.path.startsWith('exit')) process.exit(3)
    if (item.path.startsWith('throw')) setTimeout(() => { throw new Error('segments') }) & await new Promise(() => {})
    parentPort.postMessage({ value: { digest: item.path, thread: threadId, memory: workerData.memoryBytes } })
  })
})
`,
  )
  program = pathToFileURL(path)
})
afterAll(folder.remove)

describe('ClipWorkers', () => {
  it('answers each request with its own clip, and sends a clip to the thread that knows it', async () => {
    const workers = new ClipWorkers(plan, 3, program)
    const paths = ['slow1', 'b', 'c', 'd', 'slow1', 'b', 'c', 'd']
    const answers = await Promise.all(paths.map((path) => workers.inspect(item(path))))
    expect(answers.map(({ digest }) => digest)).toEqual(paths)
    const threads = answers.map((answer) => (answer as unknown as { thread: number }).thread)
    expect(threads.slice(4)).toEqual(threads.slice(0, 4))
    expect(new Set(threads).size).toBe(3)
    expect(answers[0]).toMatchObject({ memory: 333 })
    await workers.close()
  })

  it('loses the clip that a thread died of, and no other', async () => {
    const workers = new ClipWorkers(plan, 1, program)
    const paths = ['a', 'exit1', 'b', 'throw1', 'c']
    const outcomes = await Promise.allSettled(paths.map((path) => workers.inspect(item(path))))
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    ])
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [String(outcome.reason)] : [],
    )
    expect(reasons[0]).toMatch(/exit1: the decoder crashed[\s\S]*exit code 3/)
    expect(reasons[1]).toMatch(/throw1: the decoder crashed[\s\S]*segments/)
    await workers.close()
  })

  it('fails what is under way when it is closed', async () => {
    const workers = new ClipWorkers(plan, 1, program)
    const pending = Promise.allSettled([workers.inspect(item('slow1')), workers.inspect(item('a'))])
    await workers.close()
    expect((await pending).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})

describe('errors between threads', () => {
  it('arrive as they were', () => {
    const facts = { where: 'a.mp4', expected: 'frames', received: 'none', fix: 'record again' }
    const error = new SluiceError('data', 'the video is empty', facts)
    const back = readFailure(structuredClone(failureOf(error)))
    expect(back).toBeInstanceOf(SluiceError)
    expect(back).toMatchObject({ message: error.message, code: 'data', facts })
    const system = Object.assign(new Error('EACCES'), { syscall: 'open' })
    expect(readFailure(structuredClone(failureOf(system)))).toMatchObject({
      ...{ message: 'EACCES', syscall: 'open' },
    })
  })
})
