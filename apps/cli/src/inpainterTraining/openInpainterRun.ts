import { resolve } from 'node:path'
import { type NamedTensors, SluiceError } from 'sluice'
import { type OpenedRun, openRun } from '../run/openRun.ts'
import { readDescription } from '../training/beginRun.ts'
import { readSource } from '../training/fineTuning.ts'
import { inpainterCommand, type TrainInpainterOptions } from './inpainterContext.ts'
import {
  type InpainterFiles,
  type InpainterSettings,
  inpainterSettingsFrom,
  requireInpainterAgreement,
} from './inpainterSettings.ts'

const files: InpainterFiles = { description: readDescription, source: readSource }

/** A run, and what it begins with. */
export interface OpenedInpainterRun<Run = OpenedRun<InpainterSettings>> {
  readonly run: Run
  readonly weights?: NamedTensors
  readonly from?: string
  readonly tensorboard?: string
  /** Whether the model is written in 16 bits: as asked for now, or when the run began. */
  readonly half: boolean
}

/**
 * Opens the run that a call of `sluice train-inpainter` asks for.
 * @throws SluiceError as `openRun`, and `refused` when the file of `--from` is another than at the start
 */
export function openInpainterRun(
  photos: string | undefined,
  output: string,
  options: TrainInpainterOptions,
): OpenedInpainterRun {
  const run = openRun({
    ...{ command: inpainterCommand, material: 'photos', folder: photos, output },
    resume: options.resume ?? false,
    begin: () => inpainterSettingsFrom(options, files),
    requireAgreement: (stored) => requireInpainterAgreement(stored, options, files),
  })
  if (run.status === 'finished') return { run, half: options.half ?? false }
  const { circumstances = {} } = run.stored ?? {}
  const half = options.half ?? circumstances.half === 'true'
  const tensorboard = options.tensorboard ?? textOf(circumstances.tensorboard)
  const path = options.from ?? textOf(circumstances.from)
  const begins = run.settings.from === null ? undefined : path
  try {
    const weights = weightsFor(run.settings, run.folder.hasCheckpoint, begins)
    return {
      ...{ run, half },
      ...(weights === undefined ? {} : { weights }),
      ...(begins === undefined ? {} : { from: resolve(begins) }),
      ...(tensorboard === undefined ? {} : { tensorboard: resolve(tensorboard) }),
    }
  } catch (error) {
    run.folder.close()
    throw error
  }
}

/** The weights to begin with, unless a checkpoint holds what became of them. */
function weightsFor(
  { from }: InpainterSettings,
  goesOn: boolean,
  path: string | undefined,
): NamedTensors | undefined {
  if (from === null || goesOn || path === undefined) return undefined
  const { sha256, weights } = readSource(path)
  if (sha256 === from) return weights
  throw new SluiceError('refused', 'the run was started from another file', {
    where: path,
    fix: 'put the file back, or start a new run with another output',
  })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
