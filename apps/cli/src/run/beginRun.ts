import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SluiceError } from 'sluice'
import { type RunDescription, RunFolder, runFolderOf } from './runFolder.ts'
import {
  type GivenSettings,
  requireAgreement,
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
  given: GivenSettings,
  resume: boolean,
): Beginning {
  const fresh = settingsFrom(given, readDescription)
  if (clips === undefined && !resume) {
    throw new SluiceError('usage', 'the folder of clips is missing', {
      fix: 'sluice train <clips> -o model.safetensors',
    })
  }
  if (runFolderOf(output) === output) {
    throw new SluiceError('usage', 'a model file cannot be called like the folder of a run', {
      where: output,
      fix: 'name it model.safetensors, for example',
    })
  }
  const stored = RunFolder.peek(output)
  if (resume && stored?.finished === true) {
    if (!existsSync(output)) {
      throw new SluiceError('missing', 'this run is finished, but its model is gone', {
        where: output,
        fix: 'train again without --resume',
      })
    }
    requireAgreement(settingsOf(stored), given, readDescription)
    return { status: 'finished', path: runFolderOf(output) }
  }
  const resuming = resume && stored !== undefined
  const from = clips === undefined ? stored?.circumstances.clips : resolve(clips)
  if (typeof from !== 'string') {
    throw new SluiceError('missing', 'there is no run to go on with', {
      where: runFolderOf(output),
      fix: 'name the folder of clips to start one',
    })
  }
  if (resuming) requireAgreement(settingsOf(stored), given, readDescription)
  const folder = RunFolder.open(output)
  if (!resume && folder.hasCheckpoint && stored?.finished !== true) {
    folder.close()
    throw new SluiceError('refused', 'an unfinished run is in the way', {
      where: folder.path,
      fix: `go on with it by --resume, or delete ${folder.path}, or name another output`,
    })
  }
  const settings = resuming ? settingsOf(stored) : fresh
  const replaces = !resuming && stored?.finished === true
  return { status: 'going', folder, settings, clips: from, resuming, replaces }
}

/** The settings in a run's description; this version wrote them, so their form is known. */
function settingsOf(stored: RunDescription): TrainSettings {
  return stored.options as unknown as TrainSettings
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
