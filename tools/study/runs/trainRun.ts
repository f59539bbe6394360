import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Device, SluiceError, writeModelFile } from 'sluice'
import { type FitEvent, fit } from 'sluice/training'
import { writeAtomically } from '../../../apps/cli/src/files/atomicFile.ts'
import { RunFolder } from '../../../apps/cli/src/run/runFolder.ts'
import { folderStorage } from '../../../apps/cli/src/run/runStorage.ts'
import type { Terminal } from '../../../apps/cli/src/terminal/terminal.ts'
import { type Material, type RunPlan, type RunRecord, runName } from './task.ts'

/** Batches between checkpoints, besides the one after every epoch: a quarter of a minute or so. */
const CHECKPOINT_EVERY = 40

/** Where and on what runs are trained. */
export interface RunPlace {
  /** Folder of records, models and checkpoints. */
  readonly folder: string
  readonly device: Device
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Everything that decides a run's bits, hashed. */
export function settingsHash(run: RunPlan, fingerprint: string, device: string): string {
  const { task, variant, widths, seed, purpose, rate, epochs } = run
  const { input, batch, settings } = task
  const model = task.build(variant, widths).describe()
  const all = { model, input, batch, settings, seed, purpose, rate, epochs, fingerprint, device }
  return createHash('sha256').update(JSON.stringify(all)).digest('hex')
}

/** The record of a run that is finished, if there is one. */
export function readRecord(folder: string, name: string): RunRecord | undefined {
  const path = join(folder, `${name}.json`)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  try {
    const record = JSON.parse(text) as RunRecord
    if (record.format === 'sluice study run 1' && record.id === name) return record
  } catch {
    // Falls through to the error, which says more than the parser's.
  }
  throw new SluiceError('format', 'this is not the record of a run of the study', {
    where: path,
    fix: 'delete the file: the run will be made again',
  })
}

/**
 * Trains one run to its end, going on where an earlier call was stopped, and leaves its model and its record;
 * a run whose record is there is not made again. Whatever happens on the way, the record has the bits of
 * a run that was left alone.
 * @returns undefined when the signal stopped it
 */
export async function trainRun(
  run: RunPlan,
  material: Material,
  place: RunPlace,
  onEvent: (event: FitEvent) => void,
): Promise<RunRecord | undefined> {
  const { task, variant, widths, costs, seed, purpose, rate, epochs } = run
  const { folder, device, terminal, signal } = place
  const name = runName(run)
  const settings = settingsHash(run, material.fingerprint, device.signature)
  const known = readRecord(folder, name)
  if (known?.settings === settings) return known
  const output = join(folder, `${name}.safetensors`)
  using files = RunFolder.open(output)
  beginOrGoOn(files, output, settings, terminal)
  const steps = epochs * material.stepsPerEpoch
  const model = task.build(variant, widths)
  using trainer = material.trainer(model, { device, seed, rate, steps })
  // biome-ignore lint/suspicious/noFocusedTests: this fit trains, it tests nothing.
  const result = await fit({
    trainer,
    epochs,
    train: (epoch, first) => material.batches(seed, epoch, first),
    judge: () => material.judge(trainer),
    storage: folderStorage(files, terminal),
    resume: true,
    checkpointEvery: CHECKPOINT_EVERY,
    configuration: { settings },
    onEvent,
    signal,
  })
  if (result.status === 'interrupted') return undefined
  // The last weights, not the best: nothing is chosen by what is measured.
  const items = purpose === 'study' ? await material.test(trainer) : undefined
  const record: RunRecord = {
    ...{ format: 'sluice study run 1', id: name, task: task.name, variant, purpose, seed, rate },
    ...{ widths, costs, steps, settings, device: device.signature, curve: result.history },
    ...(items === undefined ? {} : { items, score: mean(items) }),
  }
  if (purpose === 'study') {
    const training = { settings, seed, rate, steps, kernels: device.signature }
    writeAtomically(
      output,
      writeModelFile({ model, weights: trainer.weights(), classes: [], training }),
    )
  }
  writeAtomically(join(folder, `${name}.json`), `${JSON.stringify(record)}\n`)
  files.removeCheckpoints()
  return record
}

/** A checkpoint of other settings is of no use to this run. */
function beginOrGoOn(files: RunFolder, output: string, settings: string, terminal: Terminal): void {
  const stored = RunFolder.peek(output)
  const options = { settings }
  const same = JSON.stringify(stored?.options) === JSON.stringify(options)
  if (same) return
  if (stored !== undefined) terminal.note(`${output}: begun with other settings; begun anew`)
  files.clear()
  const circumstances = { command: 'npm run study', node: process.version }
  files.writeDescription({ format: 'sluice run 1', finished: false, options, circumstances })
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
