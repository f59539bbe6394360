import { Worker } from 'node:worker_threads'
import { SluiceError } from 'sluice'
import type {
  ClipSource,
  EvaluationRecipe,
  MadeClip,
  TrainingPlace,
  TrainingRecipe,
} from 'sluice/data'
import type { ClipFacts, ClipMaker, DecodingPlan } from './clipMaker.ts'
import { type ClipAnswer, type ClipTask, readFailure } from './workerMessages.ts'

/** Work for a thread, and who waits for it. */
interface Request {
  readonly task: ClipTask
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * A thread, and what it was asked in order. All of it is sent at once, as this thread, which trains, can
 * send nothing during a step; the first that is unanswered is the one in hand when a thread dies.
 */
interface Place {
  worker: Worker | undefined
  requests: Request[]
}

/**
 * Makes clips in threads of their own, while this one trains. A clip always goes to the same thread,
 * which keeps it in its part of the memory. A thread that dies takes the clip in its hands with it: that
 * clip fails, a new thread goes on with the next. Threads that have nothing to do keep no process
 * alive, and end with it.
 */
export class ClipWorkers implements ClipMaker {
  private readonly places: Place[]
  private readonly assigned = new Map<string, Place>()
  private readonly plan: DecodingPlan
  private readonly program: URL
  private closed = false

  /**
   * @param count threads
   * @param program what they run
   */
  constructor(
    plan: DecodingPlan,
    count: number,
    program = new URL('./clipWorker.js', import.meta.url),
  ) {
    this.plan = { ...plan, memoryBytes: Math.floor(plan.memoryBytes / count) }
    this.program = program
    this.places = Array.from({ length: count }, () => ({
      ...{ worker: undefined, requests: [] },
    }))
  }

  inspect(item: ClipSource): Promise<ClipFacts> {
    return this.ask({ kind: 'inspect', item })
  }

  training(item: ClipSource, recipe: TrainingRecipe, place: TrainingPlace): Promise<MadeClip> {
    return this.ask({ kind: 'training', item, recipe, place })
  }

  evaluation(item: ClipSource, recipe: EvaluationRecipe, index: number): Promise<Float32Array[]> {
    return this.ask({ kind: 'evaluation', item, recipe, index })
  }

  /** Ends the threads; what was asked for and is not done fails. */
  async close(): Promise<void> {
    this.closed = true
    await Promise.all(this.places.map(({ worker }) => worker?.terminate()))
  }

  private ask<Value>(task: ClipTask): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const place = this.placeOf(task.item.path)
      place.requests.push({ task, resolve: (value) => resolve(value as Value), reject })
      this.send(place, task)
    })
  }

  private placeOf(path: string): Place {
    const known = this.assigned.get(path)
    if (known !== undefined) return known
    const place = this.places[this.assigned.size % this.places.length] as Place
    this.assigned.set(path, place)
    return place
  }

  private send(place: Place, task: ClipTask): void {
    place.worker ??= this.start(place)
    place.worker.ref()
    place.worker.postMessage(task)
  }

  private start(place: Place): Worker {
    const worker = new Worker(this.program, { workerData: this.plan })
    let said: unknown
    worker.on('message', (answer: ClipAnswer) => {
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
      request?.reject(
        new SluiceError('data', 'the decoder crashed on this clip', {
          where: request.task.item.path,
          received: reason.split('\n')[0] ?? '',
        }),
      )
      if (this.closed) for (const { reject } of others) reject(new Error('closed'))
      else for (const { task } of others) this.send(place, task)
    })
    return worker
  }
}
