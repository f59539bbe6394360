import type { EpochRecord, FitEvent } from 'sluice/training'
import { Pace } from '../terminal/pace.ts'
import { duration, fraction } from '../terminal/quantities.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Turns what happens during training into a live line, a line per epoch, or JSON lines. */
export class TrainingProgress {
  private readonly terminal: Terminal
  private readonly epochs: number
  private readonly perEpoch: number
  private readonly batch: number
  private readonly pace = new Pace()
  private accuracy: number | undefined

  constructor(
    terminal: Terminal,
    run: { readonly epochs: number; readonly perEpoch: number; readonly batch: number },
  ) {
    this.terminal = terminal
    this.epochs = run.epochs
    this.perEpoch = run.perEpoch
    this.batch = run.batch
  }

  take(event: FitEvent): void {
    if (event.type === 'step') this.step(event)
    else if (event.type === 'epoch') this.epoch(event.record, event.best)
    else if (event.type === 'resumed') this.resumed(event)
    else if (event.type === 'stoppedEarly') this.stoppedEarly(event.epoch)
  }

  private stoppedEarly(epoch: number): void {
    if (this.terminal.json) this.terminal.jsonLine({ type: 'stoppedEarly', epoch })
    this.terminal.note(`stopped after epoch ${epoch}: no epoch was better for so long`)
  }

  private step({ epoch, batch, loss }: Extract<FitEvent, { type: 'step' }>): void {
    this.pace.add(1)
    const left = this.pace.secondsFor((this.epochs - epoch) * this.perEpoch - batch)
    this.terminal.progress(() => {
      const accuracy = this.accuracy === undefined ? '' : ` · accuracy ${fraction(this.accuracy)}`
      const speed = this.pace.perSecond * this.batch
      return (
        `epoch ${epoch + 1}/${this.epochs} · batch ${batch}/${this.perEpoch} · ` +
        `loss ${fraction(loss)}${accuracy} · ${speed.toFixed(0)} clips/s · ${duration(left)} left`
      )
    })
  }

  private epoch(record: EpochRecord, best: boolean): void {
    const { json, paint } = this.terminal
    const { epoch, trainLoss, trainAccuracy, validLoss, validAccuracy } = record
    this.accuracy = validAccuracy ?? trainAccuracy
    if (json) this.terminal.jsonLine(record)
    const number = String(epoch).padStart(String(this.epochs).length)
    const right = trainAccuracy === undefined ? '' : `  accuracy ${fraction(trainAccuracy)}`
    const train = `loss ${fraction(trainLoss)}${right}`
    const valid =
      validLoss === undefined || validAccuracy === undefined
        ? ''
        : `  ·  validation loss ${fraction(validLoss)}  accuracy ${fraction(validAccuracy)}`
    const mark = best ? `  ${paint('green', 'best so far')}` : ''
    this.terminal.note(`epoch ${number}/${this.epochs}  ${train}${valid}${mark}`)
  }

  private resumed({ epoch, batch, step }: Extract<FitEvent, { type: 'resumed' }>): void {
    if (this.terminal.json) this.terminal.jsonLine({ type: 'resumed', epoch, batch, step })
    const place = batch === 0 ? '' : `, batch ${batch}/${this.perEpoch}`
    this.terminal.note(`going on after epoch ${epoch}/${this.epochs}${place} (step ${step})`)
    this.pace.pause()
  }
}
