import type { NamedTensors } from 'sluice'
import type { GoingRun } from '../run/openRun.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { GivenInpainterSettings, InpainterSettings } from './inpainterSettings.ts'

/** Options of `sluice train-inpainter`. */
export interface TrainInpainterOptions extends GivenInpainterSettings {
  readonly output: string
  readonly resume?: boolean
  readonly threads?: number
  /** Bytes for the network and its steps. */
  readonly maxMemory?: number
  readonly checkpointEvery?: number
  /** Whether the model is written in 16 bits. */
  readonly half?: boolean
  /** A folder for event files that TensorBoard reads. */
  readonly tensorboard?: string
  /** Bytes of decoded photographs kept in memory. */
  readonly memory?: number
  /** Threads that decode photographs and make pictures. */
  readonly workers?: number
  readonly json?: boolean
  readonly quiet?: boolean
}

/** What every step of training an inpainter needs to know. */
export interface InpainterContext {
  readonly run: GoingRun<InpainterSettings>
  /** The weights to begin with, while no checkpoint holds later ones. */
  readonly weights?: NamedTensors
  /** The file that they are from, as an absolute path. */
  readonly from?: string
  /** The folder for TensorBoard, as an absolute path. */
  readonly tensorboard?: string
  /** Whether the model is written in 16 bits. */
  readonly half: boolean
  readonly output: string
  readonly options: TrainInpainterOptions
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** When this process began, for the run's description. */
  readonly started: string
}

export const inpainterCommand = 'sluice train-inpainter'
