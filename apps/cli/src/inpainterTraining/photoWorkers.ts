import { SluiceError } from 'sluice'
import type { MaskedPicture, PictureTask } from 'sluice/inpainting'
import { ThreadPool } from '../threads/threadPool.ts'
import type { PhotoFacts, PhotoMaker, PhotoPlan, PhotoTask } from './photoMaker.ts'

/** Makes pictures in threads of their own, while this one trains; see `ThreadPool`. */
export class PhotoWorkers implements PhotoMaker {
  private readonly pool: ThreadPool<PhotoTask>

  constructor(plan: PhotoPlan, threads: number) {
    this.pool = new ThreadPool({
      program: new URL('./photoWorker.js', import.meta.url),
      plan: { ...plan, memoryBytes: Math.floor(plan.memoryBytes / threads) },
      threads,
      crashed: ({ path }, reason) =>
        new SluiceError('data', 'the decoder crashed on this photo', {
          where: path,
          received: reason,
        }),
    })
  }

  inspect(path: string): Promise<PhotoFacts> {
    return this.pool.ask(path, { kind: 'inspect', path })
  }

  make(path: string, task: PictureTask): Promise<MaskedPicture> {
    return this.pool.ask(path, { kind: 'make', path, task })
  }
}
