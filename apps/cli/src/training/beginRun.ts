import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SluiceError } from 'sluice'
import { openRun } from '../run/openRun.ts'
import type { RunFolder } from '../run/runFolder.ts'
import { readSource, type Source } from './fineTuning.ts'
import {
  type GivenSettings,
  requireAgreement,
  type SettingFiles,
  settingsFrom,
  type TrainSettings,
} from './trainSettings.ts'

export const trainCommand = 'sluice train'

/** What a call of `sluice train` comes down to. */
export type Beginning =
  | { readonly status: 'finished'; readonly path: string }
  | {
      readonly status: 'going'
      readonly folder: RunFolder
      readonly settings: TrainSettings
      /** The folder of clips, as an absolute path. */
      readonly clips: string
      /** Whether there is a run to go on with. */
      readonly resuming: boolean
      /** Whether a finished run stood here before. */
      readonly replaces: boolean
      /** The words with which it was started, behind `sluice`. */
      readonly began: readonly string[]
      /** The weights to begin with, while no checkpoint holds later ones. */
      readonly source?: Source
      /** The file that they are from, as an absolute path. */
      readonly from?: string
      /** The folder for TensorBoard, as an absolute path. */
      readonly tensorboard?: string
    }

/**
 * Decides between starting, going on and having nothing to do, and opens the run's folder.
 * @param output absolute path of the model file
 * @throws SluiceError `refused` for an unfinished run without `resume`, `usage` for options that
 * contradict it or are wrong
 */
export function beginRun(
  clips: string | undefined,
  output: string,
  given: GivenSettings & { readonly tensorboard?: string },
  resume: boolean,
): Beginning {
  const run = openRun<TrainSettings>({
    ...{ command: trainCommand, material: 'clips', folder: clips, output, resume },
    begin() {
      const settings = settingsFrom(given, files)
      if (settings.freeze === 0 || settings.from !== null) return settings
      throw new SluiceError('usage', '--freeze would keep random weights as they are', {
        fix: 'say by --from <file> whose weights the run begins with',
      })
    },
    requireAgreement: (stored) => requireAgreement(stored, given, files),
  })
  if (run.status === 'finished') return run
  const { folder, settings, material, resuming, replaces, began } = run
  const { circumstances = {} } = run.stored ?? {}
  const beginsWith = given.from ?? stringOf(circumstances.from)
  const source = sourceFor(settings, folder, beginsWith)
  const tensorboard = given.tensorboard ?? stringOf(circumstances.tensorboard)
  return {
    ...{ status: 'going', folder, settings, clips: material, resuming, replaces, began },
    ...(source === undefined ? {} : { source }),
    ...(beginsWith === undefined || settings.from === null ? {} : { from: resolve(beginsWith) }),
    ...(tensorboard === undefined ? {} : { tensorboard: resolve(tensorboard) }),
  }
}

const files: SettingFiles = { description: readDescription, source: readSource }

/** Reads the weights to begin with, unless a checkpoint holds what became of them. */
function sourceFor(
  settings: TrainSettings,
  folder: RunFolder,
  path: string | undefined,
): Source | undefined {
  if (settings.from === null || folder.hasCheckpoint) return undefined
  try {
    const source = readSource(path ?? '')
    if (source.sha256 === settings.from) return source
    throw new SluiceError('refused', 'the run was started from another file', {
      where: path ?? '--from',
      fix: 'put the file back, or start a new run with another output',
    })
  } catch (error) {
    folder.close()
    throw error
  }
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The JSON of a model's description. @throws SluiceError `missing` or `format` */
export function readDescription(path: string): Readonly<Record<string, unknown>> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new SluiceError('missing', 'the model description cannot be read', { where: path, cause })
  }
  try {
    const description: unknown = JSON.parse(text)
    if (typeof description === 'object' && description !== null && !Array.isArray(description)) {
      return { ...description }
    }
  } catch (cause) {
    throw new SluiceError('format', 'the model description is no JSON', { where: path, cause })
  }
  throw new SluiceError('format', 'the model description is no JSON object', { where: path })
}
