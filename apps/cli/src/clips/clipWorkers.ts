import { SluiceError } from 'sluice'
import type {
  ClipSource,
  EvaluationRecipe,
  MadeClip,
  TrainingPlace,
  TrainingRecipe,
} from 'sluice/data'
import { ThreadPool } from '../threads/threadPool.ts'
import type { ClipFacts, ClipMaker, DecodingPlan } from './clipMaker.ts'
import type { ClipTask } from './workerMessages.ts'

/** Makes clips in threads of their own, while this one trains; see `ThreadPool`. */
export class ClipWorkers implements ClipMaker {
  private readonly pool: ThreadPool<ClipTask>

  /**
   * @param count threads, which share the memory of the plan
   * @param program what they run
   */
  constructor(
    plan: DecodingPlan,
    count: number,
    program = new URL('./clipWorker.js', import.meta.url),
  ) {
    this.pool = new ThreadPool({
      program,
      plan: { ...plan, memoryBytes: Math.floor(plan.memoryBytes / count) },
      threads: count,
      crashed: ({ item }, reason) =>
        new SluiceError('data', 'the decoder crashed on this clip', {
          where: item.path,
          received: reason,
        }),
    })
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
  close(): Promise<void> {
    return this.pool.close()
  }

  private ask<Value>(task: ClipTask): Promise<Value> {
    return this.pool.ask(task.item.path, task)
  }
}
