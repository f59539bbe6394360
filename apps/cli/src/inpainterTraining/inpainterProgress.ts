import type { EpochRecord, FitEvent } from 'sluice/training'
import { Pace } from '../terminal/pace.ts'
import { duration, fraction } from '../terminal/quantities.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Turns what happens while an inpainter is trained into a live line, a line per validation, or JSON lines. */
export class InpainterProgress {
  private readonly terminal: Terminal
  private readonly steps: number
  private readonly pace = new Pace()
  private psnr: number | undefined

  constructor(terminal: Terminal, steps: number) {
    this.terminal = terminal
    this.steps = steps
  }

  take(event: FitEvent): void {
    if (event.type === 'step') this.step(event)
    else if (event.type === 'epoch') this.judged(event.record, event.best)
    else if (event.type === 'resumed') {
      const { step } = event
      if (this.terminal.json) this.terminal.jsonLine({ type: 'resumed', step })
      this.terminal.note(`going on after step ${step}/${this.steps}`)
      this.pace.pause()
    }
  }

  private step({ step, loss, terms }: Extract<FitEvent, { type: 'step' }>): void {
    this.pace.add(1)
    this.terminal.progress(() => {
      const parts = partsOf(terms)
      const psnr = this.psnr === undefined ? '' : ` · ${this.psnr.toFixed(2)} dB`
      const left = duration(this.pace.secondsFor(this.steps - step))
      const speed = `${this.pace.perSecond.toFixed(2)} steps/s`
      return `step ${step}/${this.steps} · loss ${fraction(loss, 4)}${parts}${psnr} · ${speed} · ${left} left`
    })
  }

  private judged(record: EpochRecord, best: boolean): void {
    const { json, paint } = this.terminal
    const { step, trainLoss, validPsnr, terms = {} } = record
    this.psnr = validPsnr
    if (json) this.terminal.jsonLine(record)
    const number = String(step).padStart(String(this.steps).length)
    const valid = validPsnr === undefined ? '' : `  ·  hole PSNR ${validPsnr.toFixed(2)} dB`
    const mark = best ? `  ${paint('green', 'best so far')}` : ''
    const loss = `loss ${fraction(trainLoss, 4)}${partsOf(terms)}`
    this.terminal.note(`step ${number}/${this.steps}  ${loss}${valid}${mark}`)
    this.pace.pause()
  }
}

function partsOf(terms: Readonly<Record<string, number>>): string {
  const parts = Object.entries(terms).map(([name, value]) => `${name} ${fraction(value, 4)}`)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}
