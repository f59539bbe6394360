import type { EpochRecord, FitEvent } from 'sluice/training'
import { EventFile } from './eventFile.ts'

/** Writes what happens during training as TensorBoard scalars, by steps. */
export class TrainingEvents implements Disposable {
  private readonly file: EventFile
  private lastStep = 0

  constructor(folder: string) {
    this.file = new EventFile(folder)
  }

  take(event: FitEvent): void {
    if (event.type === 'resumed') {
      // A killed process may have written steps that are now taken again.
      this.file.add({ step: event.step + 1, sessionStart: true })
      this.lastStep = event.step
    } else if (event.type === 'step' && event.step > this.lastStep) {
      this.lastStep = event.step
      const { step, loss, learningRate, terms } = event
      const parts = Object.entries(terms).map(([name, value]) => [`loss/step/${name}`, value])
      const scalars = { 'loss/step': loss, learning_rate: learningRate }
      this.file.add({ step, scalars: { ...scalars, ...Object.fromEntries(parts) } })
    } else if (event.type === 'epoch') {
      const { step, learningRate } = event.record
      // The step that an epoch ends with may be of fewer batches, and has no event of its own then.
      const rate = step > this.lastStep ? { learning_rate: learningRate } : {}
      this.lastStep = step
      this.file.add({ step, scalars: { ...scalarsOf(event.record), ...rate } })
    }
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]()
  }
}

function scalarsOf(record: EpochRecord): Record<string, number> {
  const { epoch, trainLoss, trainAccuracy, validLoss, validAccuracy, validPsnr } = record
  const all = {
    epoch,
    'loss/train': trainLoss,
    'accuracy/train': trainAccuracy,
    'loss/validation': validLoss,
    'accuracy/validation': validAccuracy,
    'psnr/validation': validPsnr,
  }
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
