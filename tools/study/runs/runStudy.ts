import { performance } from 'node:perf_hooks'
import { Pace } from '../../../apps/cli/src/terminal/pace.ts'
import { duration } from '../../../apps/cli/src/terminal/quantities.ts'
import { chosenRates, rateRuns, studyRuns } from './planStudy.ts'
import { type Material, type RunPlan, type RunRecord, runName, type Task } from './task.ts'
import { type RunPlace, readRecord, trainRun } from './trainRun.ts'

/** A task with the records of its runs. */
export interface TaskRecords {
  readonly task: Task
  readonly rates: readonly RunRecord[]
  readonly runs: readonly RunRecord[]
  readonly material: Material
}

/** What a call of the study came to. */
export interface StudyResult {
  readonly tasks: readonly TaskRecords[]
  /** Names of the runs that are not finished. */
  readonly missing: readonly string[]
}

/**
 * Trains what is not trained yet: first the short runs that choose each variant's learning rate, then all tasks
 * with the first seed, with the second, and so on, so that whenever it stops all variants have been
 * treated alike. Aborting the signal ends it after the step under way.
 */
export async function runStudy(
  tasks: readonly Task[],
  seeds: readonly number[],
  place: RunPlace,
): Promise<StudyResult> {
  const { signal, terminal } = place
  const ready = new Map<Task, Material>()
  for (const task of tasks) {
    const material = signal.aborted ? undefined : await task.prepare(terminal, signal)
    if (material === undefined) return { tasks: [], missing: unfinished(tasks, seeds, place) }
    ready.set(task, material)
  }
  const work = new Work(ready, seeds, place)
  const rates = new Map<Task, RunRecord[]>()
  for (const [task, material] of ready) {
    rates.set(task, await work.runAll(rateRuns(task), material))
  }
  const runs = new Map<Task, RunRecord[]>()
  for (const seed of seeds) {
    for (const [task, material] of ready) {
      // Aborted while rates were tried, there is none to go on with.
      if (signal.aborted) break
      const planned = studyRuns(task, seed, chosenRates(rates.get(task) ?? []))
      runs.set(task, [...(runs.get(task) ?? []), ...(await work.runAll(planned, material))])
    }
  }
  const records = [...ready].map(([task, material]): TaskRecords => {
    return { task, material, rates: rates.get(task) ?? [], runs: runs.get(task) ?? [] }
  })
  return { tasks: records, missing: work.missing }
}

/** All runs of a study; the rates of those that are to come may not be known yet. */
function allRuns(task: Task, seeds: readonly number[]): RunPlan[] {
  return [...rateRuns(task), ...seeds.flatMap((seed) => studyRuns(task, seed, new Map()))]
}

/** Names of the runs without a record. */
function unfinished(
  tasks: readonly Task[],
  seeds: readonly number[],
  { folder }: RunPlace,
): string[] {
  const names = tasks.flatMap((task) => allRuns(task, seeds).map(runName))
  return names.filter((name) => readRecord(folder, name) === undefined)
}

/** The runs of a study: how many there are, which are done, and how long the rest will take. */
class Work {
  private readonly place: RunPlace
  private readonly pending = new Map<string, number>()
  private readonly count: number
  private readonly pace = new Pace()

  constructor(tasks: ReadonlyMap<Task, Material>, seeds: readonly number[], place: RunPlace) {
    this.place = place
    for (const [task, { stepsPerEpoch }] of tasks) {
      for (const run of allRuns(task, seeds)) {
        this.pending.set(runName(run), run.epochs * stepsPerEpoch * stepWork(run))
      }
    }
    this.count = this.pending.size
  }

  get missing(): string[] {
    return [...this.pending.keys()]
  }

  /** Records of the runs that are finished when it returns; fewer when the signal stopped it. */
  async runAll(runs: readonly RunPlan[], material: Material): Promise<RunRecord[]> {
    const records: RunRecord[] = []
    for (const run of runs) {
      if (this.place.signal.aborted) break
      const record = await this.runOne(run, material)
      if (record !== undefined) records.push(record)
    }
    return records
  }

  private async runOne(run: RunPlan, material: Material): Promise<RunRecord | undefined> {
    const { terminal, folder } = this.place
    const name = runName(run)
    const began = performance.now()
    const before = readRecord(folder, name)
    const steps = run.epochs * material.stepsPerEpoch
    const perStep = stepWork(run)
    this.pace.pause()
    const record = await trainRun(run, material, this.place, (event) => {
      if (event.type !== 'step') return this.pace.pause()
      this.pace.add(perStep)
      this.pending.set(name, (steps - event.step) * perStep)
      const done = this.count - this.pending.size
      terminal.progress(() => {
        const own = duration(this.pace.secondsFor((steps - event.step) * perStep))
        const all = duration(this.pace.secondsFor(this.left))
        return `${name} (${done + 1} of ${this.count}): step ${event.step} of ${steps}, ${own} left · all runs: about ${all}`
      })
    })
    if (record === undefined) return undefined
    this.pending.delete(name)
    if (terminal.json) terminal.jsonLine({ type: 'run', ...withoutItems(record) })
    const fresh = before?.settings !== record.settings
    if (fresh) {
      const took = duration((performance.now() - began) / 1000)
      terminal.note(
        `${name}: ${headline(record)}, ${took} (${this.count - this.pending.size} of ${this.count})`,
      )
    }
    return record
  }

  private get left(): number {
    return [...this.pending.values()].reduce((sum, amount) => sum + amount, 0)
  }
}

/** Work of a step, near enough to foretell times. */
function stepWork({ task, costs }: RunPlan): number {
  return costs.multiplyAdds * task.batch
}

function headline({ score, curve, purpose }: RunRecord): string {
  const last = curve.at(-1)
  const valid = last?.validPsnr ?? last?.validAccuracy ?? Number.NaN
  const own = purpose === 'study' ? `test ${(score ?? Number.NaN).toFixed(3)}, ` : ''
  return `${own}validation ${valid.toFixed(3)}`
}

function withoutItems({ items, curve, ...rest }: RunRecord) {
  return { ...rest, items: items?.length ?? 0, epochs: curve.length }
}
