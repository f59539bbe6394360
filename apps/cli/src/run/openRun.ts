import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { SluiceError } from 'sluice'
import { type RunDescription, RunFolder, runFolderOf } from './runFolder.ts'

/** What a call of a training command asks for. */
export interface RunRequest<Settings extends object> {
  /** As a person types it: `sluice train`. */
  readonly command: string
  /** What it trains on: `clips`, `photos`. */
  readonly material: string
  /** The folder or list of that, as given. */
  readonly folder: string | undefined
  /** Absolute path of the model file. */
  readonly output: string
  readonly resume: boolean
  /** The settings of a new run. */
  readonly begin: () => Settings
  /** Refuses options that contradict the run that is to go on. */
  readonly requireAgreement: (stored: Settings) => void
}

/** What a call comes down to. */
export type OpenedRun<Settings extends object> =
  | { readonly status: 'finished'; readonly path: string }
  | GoingRun<Settings>

/** A run that begins or goes on. */
export interface GoingRun<Settings extends object> {
  readonly status: 'going'
  readonly folder: RunFolder
  readonly settings: Settings
  /** What it trains on, as an absolute path. */
  readonly material: string
  /** Whether there is a run to go on with. */
  readonly resuming: boolean
  /** Whether a finished run stood here before. */
  readonly replaces: boolean
  /** The words with which it was started, behind `sluice`. */
  readonly began: readonly string[]
  /** What the run that goes on said of itself. */
  readonly stored?: RunDescription
}

/**
 * Decides between starting, going on and having nothing to do, and opens the run's folder.
 * @throws SluiceError `refused` for an unfinished run without `resume`, or one of another command; `usage`
 * for options that contradict it or are wrong
 */
export function openRun<Settings extends object>(
  request: RunRequest<Settings>,
): OpenedRun<Settings> {
  const { command, material, output, resume, requireAgreement } = request
  const stored = RunFolder.peek(output)
  const goesOn = resume && stored !== undefined
  if (goesOn) requireCommand(stored, request)
  // Those of a run that goes on are not made anew: it may need none of the files it began with.
  const settings = goesOn ? settingsOf<Settings>(stored) : request.begin()
  if (request.folder === undefined && !resume) {
    throw new SluiceError('usage', `the folder of ${material} is missing`, {
      fix: `${command} <${material}> -o model.safetensors`,
    })
  }
  if (resume && stored?.finished === true) {
    if (!existsSync(output)) {
      throw new SluiceError('missing', 'this run is finished, but its model is gone', {
        where: output,
        fix: 'train again without --resume',
      })
    }
    requireAgreement(settingsOf(stored))
    return { status: 'finished', path: runFolderOf(output) }
  }
  const from =
    request.folder === undefined ? stored?.circumstances[material] : resolve(request.folder)
  if (typeof from !== 'string') {
    throw new SluiceError('missing', 'there is no run to go on with', {
      where: runFolderOf(output),
      fix: `name the folder of ${material} to start one`,
    })
  }
  if (goesOn) requireAgreement(settings)
  const folder = RunFolder.open(output)
  if (!resume && folder.hasCheckpoint && stored?.finished !== true) {
    folder.close()
    throw new SluiceError('refused', 'an unfinished run is in the way', {
      where: folder.path,
      fix: `go on with it by --resume, or delete ${folder.path}, or name another output`,
    })
  }
  const replaces = !goesOn && stored?.finished === true
  return {
    ...{ status: 'going', folder, settings, material: from, resuming: goesOn, replaces },
    ...{ began: goesOn ? wordsOf(stored, request) : process.argv.slice(2) },
    ...(goesOn ? { stored } : {}),
  }
}

/** What `run.json` says of a run, besides what a command adds. */
export function describeRun(
  run: {
    readonly settings: object
    readonly command: string
    readonly output: string
    readonly began: readonly string[]
  },
  process_: {
    readonly started: string
    readonly finished: boolean
    readonly threads: number | undefined
  },
  circumstances: Readonly<Record<string, string | undefined>>,
): RunDescription {
  const { started, finished, threads } = process_
  const known = Object.entries(circumstances).filter(([, value]) => value !== undefined)
  return {
    format: 'sluice run 1',
    finished,
    options: run.settings,
    circumstances: {
      command: run.command,
      ...Object.fromEntries(known),
      output: run.output,
      arguments: run.began,
      started,
      ...(finished ? { finished: new Date().toISOString() } : {}),
      threads: threads ?? availableParallelism(),
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
    },
  }
}

/** The settings in a run's description; this version wrote them, so their form is known. */
function settingsOf<Settings extends object>(stored: RunDescription): Settings {
  return stored.options as unknown as Settings
}

/** The words that started a run; those from before they were kept have at least command and material. */
function wordsOf<Settings extends object>(
  { circumstances }: RunDescription,
  { command, material, output }: RunRequest<Settings>,
): readonly string[] {
  const words = circumstances.arguments
  if (Array.isArray(words)) return words.map(String)
  return [...command.split(' ').slice(1), String(circumstances[material]), '-o', output]
}

/** Runs from before there were two commands name none: they are of `sluice train`. */
function requireCommand(
  stored: RunDescription,
  { command, output }: { readonly command: string; readonly output: string },
): void {
  const { command: own = 'sluice train' } = stored.circumstances
  if (own === command) return
  throw new SluiceError('refused', 'the run here is of another command', {
    where: runFolderOf(output),
    expected: command,
    received: String(own),
    fix: `go on with it by ${String(own)} --resume, or name another output`,
  })
}
