import type { Device } from 'sluice'
import { openDevice } from '../models/openDevice.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** What of a training command and its run decides how it begins. */
export interface BeginningRun {
  readonly run: {
    readonly settings: { readonly relaxedSimd: boolean }
    readonly resuming: boolean
  }
  readonly options: {
    readonly resume?: boolean
    readonly threads?: number
    readonly maxMemory?: number
  }
  readonly terminal: Terminal
}

/** Says when there is no earlier run to go on with, and opens the device that this one trains on. */
export function openTrainingDevice({ run, options, terminal }: BeginningRun): Promise<Device> {
  const { settings, resuming } = run
  if (options.resume === true && !resuming) terminal.note('no run to go on with: starting anew')
  const { threads, maxMemory } = options
  return openDevice({
    ...(threads === undefined ? {} : { threads }),
    ...(maxMemory === undefined ? {} : { maxMemory }),
    relaxedSimd: settings.relaxedSimd,
  })
}
