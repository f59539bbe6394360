import { Worker } from 'node:worker_threads'
import { readFailure, type ThreadAnswer } from './threadMessages.ts'

/** Work for a thread, and who waits for it. */
interface Request<Task> {
  readonly task: Task
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * A thread, and what it was asked in order. All of it is sent at once, as this thread, which trains, can
 * send nothing during a step; the first that is unanswered is the one in hand when a thread dies.
 */
interface Place<Task> {
  worker: Worker | undefined
  requests: Request<Task>[]
}

export interface ThreadPoolOptions<Task> {
  /** What the threads run. */
  readonly program: URL
  /** What each of them is told when it begins: plain data. */
  readonly plan: object
  readonly threads: number
  /** What a task failed of whose thread died. */
  readonly crashed: (task: Task, reason: string) => Error
}

/**
 * Threads that do tasks, while this one trains. Tasks of one key always go to the same thread, which keeps what it
 * read in its part of the memory. A thread that dies takes the task in its hands with it: that one fails, a new
 * thread goes on with the next. Threads that have nothing to do keep no process alive, and end with it.
 */
export class ThreadPool<Task extends object> {
  private readonly places: Place<Task>[]
  private readonly assigned = new Map<string, Place<Task>>()
  private readonly options: ThreadPoolOptions<Task>
  private closed = false

  constructor(options: ThreadPoolOptions<Task>) {
    this.options = options
    this.places = Array.from({ length: options.threads }, () => ({
      ...{ worker: undefined, requests: [] },
    }))
  }

  /** Has a task done. @param key what it is about, such as a path */
  ask<Value>(key: string, task: Task): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const place = this.placeOf(key)
      place.requests.push({ task, resolve: (value) => resolve(value as Value), reject })
      this.send(place, task)
    })
  }

  /** Ends the threads; what was asked for and is not done fails. */
  async close(): Promise<void> {
    this.closed = true
    await Promise.all(this.places.map(({ worker }) => worker?.terminate()))
  }

  private placeOf(key: string): Place<Task> {
    const known = this.assigned.get(key)
    if (known !== undefined) return known
    const place = this.places[this.assigned.size % this.places.length] as Place<Task>
    this.assigned.set(key, place)
    return place
  }

  private send(place: Place<Task>, task: Task): void {
    place.worker ??= this.start(place)
    place.worker.ref()
    place.worker.postMessage(task)
  }

  private start(place: Place<Task>): Worker {
    const { program, plan, crashed } = this.options
    const worker = new Worker(program, { workerData: plan })
    let said: unknown
    worker.on('message', (answer: ThreadAnswer) => {
      const request = place.requests.shift()
      if (place.requests.length === 0) worker.unref()
      if ('failure' in answer) request?.reject(readFailure(answer.failure))
      else request?.resolve(answer.value)
    })
    worker.on('error', (error) => {
      said = error
    })
    worker.on('exit', (code) => {
      const [request, ...others] = place.requests
      place.worker = undefined
      place.requests = others
      const reason = said instanceof Error ? said.message : `exit code ${code}`
      request?.reject(crashed(request.task, reason.split('\n')[0] ?? ''))
      if (this.closed) for (const { reject } of others) reject(new Error('closed'))
      else for (const { task } of others) this.send(place, task)
    })
    return worker
  }
}
