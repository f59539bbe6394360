import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SluiceError } from 'sluice'
import { type RunDescription, RunFolder, runFolderOf } from '../run/runFolder.ts'
import { readSource, type Source } from './fineTuning.ts'
import {
  type GivenSettings,
  requireAgreement,
  type SettingFiles,
  settingsFrom,
  type TrainSettings,
} from './trainSettings.ts'

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
  const stored = RunFolder.peek(output)
  const goesOn = resume && stored !== undefined
  // Those of a run that goes on are not made anew: it may need none of the files it began with.
  const settings = goesOn ? settingsOf(stored) : settingsFrom(given, files)
  if (!goesOn && settings.freeze > 0 && settings.from === null) {
    throw new SluiceError('usage', '--freeze would keep random weights as they are', {
      fix: 'say by --from <file> whose weights the run begins with',
    })
  }
  if (clips === undefined && !resume) {
    throw new SluiceError('usage', 'the folder of clips is missing', {
      fix: 'sluice train <clips> -o model.safetensors',
    })
  }
  if (resume && stored?.finished === true) {
    if (!existsSync(output)) {
      throw new SluiceError('missing', 'this run is finished, but its model is gone', {
        where: output,
        fix: 'train again without --resume',
      })
    }
    requireAgreement(settingsOf(stored), given, files)
    return { status: 'finished', path: runFolderOf(output) }
  }
  const from = clips === undefined ? stored?.circumstances.clips : resolve(clips)
  if (typeof from !== 'string') {
    throw new SluiceError('missing', 'there is no run to go on with', {
      where: runFolderOf(output),
      fix: 'name the folder of clips to start one',
    })
  }
  if (goesOn) requireAgreement(settingsOf(stored), given, files)
  const folder = RunFolder.open(output)
  if (!resume && folder.hasCheckpoint && stored?.finished !== true) {
    folder.close()
    throw new SluiceError('refused', 'an unfinished run is in the way', {
      where: folder.path,
      fix: `go on with it by --resume, or delete ${folder.path}, or name another output`,
    })
  }
  const replaces = !goesOn && stored?.finished === true
  const beginsWith = given.from ?? (goesOn ? stringOf(stored.circumstances.from) : undefined)
  const source = sourceFor(settings, folder, beginsWith)
  const tensorboard =
    given.tensorboard ?? (goesOn ? stringOf(stored.circumstances.tensorboard) : undefined)
  return {
    ...{ status: 'going', folder, settings, clips: from, resuming: goesOn, replaces },
    ...(source === undefined ? {} : { source }),
    ...(beginsWith === undefined || settings.from === null ? {} : { from: resolve(beginsWith) }),
    ...(tensorboard === undefined ? {} : { tensorboard: resolve(tensorboard) }),
  }
}

/** The settings in a run's description; this version wrote them, so their form is known. */
function settingsOf(stored: RunDescription): TrainSettings {
  return stored.options as unknown as TrainSettings
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

function readDescription(path: string): Readonly<Record<string, unknown>> {
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
