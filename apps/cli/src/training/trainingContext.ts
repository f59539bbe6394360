import type { Terminal } from '../terminal/terminal.ts'
import type { Beginning } from './beginRun.ts'
import type { GivenSettings } from './trainSettings.ts'

/** Options of `sluice train`. */
export interface TrainOptions extends GivenSettings {
  readonly output: string
  readonly resume?: boolean
  readonly threads?: number
  /** Bytes for the network and its steps. */
  readonly maxMemory?: number
  readonly checkpointEvery?: number
  /** A folder for event files that TensorBoard reads. */
  readonly tensorboard?: string
  /** A folder; false for `--no-cache`; true when neither was given. */
  readonly cache: string | boolean
  /** Bytes of decoded clips kept in memory. */
  readonly memory?: number
  /** Threads that decode and make clips. */
  readonly workers?: number
  readonly json?: boolean
  readonly quiet?: boolean
}

type Going = Extract<Beginning, { status: 'going' }>

/** What every step of a training run needs to know. */
export interface TrainingContext {
  readonly run: Going
  readonly output: string
  readonly options: TrainOptions
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** When this process began, for the run's description. */
  readonly started: string
}
