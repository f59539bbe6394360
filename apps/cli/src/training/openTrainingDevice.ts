import type { Device } from 'sluice'
import { shownPath } from '../files/paths.ts'
import { openDevice } from '../models/openDevice.ts'
import type { RunFolder } from '../run/runFolder.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** What of a training command and its run decides how it begins. */
export interface BeginningRun {
  readonly run: {
    readonly folder: RunFolder
    readonly settings: { readonly relaxedSimd: boolean }
    readonly resuming: boolean
    readonly replaces: boolean
  }
  readonly options: {
    readonly resume?: boolean
    readonly threads?: number
    readonly maxMemory?: number
  }
  readonly terminal: Terminal
}

/** Says what becomes of an earlier run, and opens the device that this one trains on. */
export function openTrainingDevice({ run, options, terminal }: BeginningRun): Promise<Device> {
  const { folder, settings, resuming, replaces } = run
  if (options.resume === true && !resuming) terminal.note('no run to go on with: starting anew')
  if (replaces) terminal.note(`replacing the finished run in ${shownPath(folder.path)}`)
  const { threads, maxMemory } = options
  return openDevice({
    ...(threads === undefined ? {} : { threads }),
    ...(maxMemory === undefined ? {} : { maxMemory }),
    relaxedSimd: settings.relaxedSimd,
  })
}
