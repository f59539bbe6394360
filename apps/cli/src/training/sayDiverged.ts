import type { SluiceError } from 'sluice'
import { shownPath } from '../files/paths.ts'
import type { RunFolder } from '../run/runFolder.ts'
import { commandLine, withoutOptions } from '../terminal/commandLine.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** A run that went wrong, and how its command is typed. */
export interface DivergedRun {
  readonly folder: RunFolder
  /** The words with which it was started, behind `sluice`. */
  readonly began: readonly string[]
  /** The model file, as given. */
  readonly output: string
  /** The option that sets the learning rate, and what it was. */
  readonly rateOption: string
  readonly rate: number
  /** Options that do not go with `--from`. */
  readonly notWithFrom: readonly string[]
}

/**
 * Says that the loss is no number any more, and how to go on: a run keeps its options, so another rate
 * is another run, which may begin with the weights of the last good checkpoint.
 */
export function sayDiverged(error: SluiceError, run: DivergedRun, terminal: Terminal): void {
  const { folder, began, output, rateOption, notWithFrom } = run
  // The newest may be of the step that went wrong, with weights that are huge but finite.
  const checkpoint = folder.checkpointPaths.at(-1)
  const [message = ''] = error.message.split('\n')
  if (terminal.json) {
    terminal.jsonLine({ type: 'diverged', message, ...(checkpoint && { checkpoint }) })
  }
  const lower = [rateOption, String(Number((run.rate / 10).toPrecision(2)))]
  const rest = withoutOptions(began, ['-o', '--output', rateOption]).filter(
    (word) => word !== '--resume',
  )
  const other = output.replace(/(\.[^./\\]*)?$/, '-again$1')
  const advice =
    checkpoint === undefined
      ? 'no checkpoint was written yet; start again at a lower rate:\n  ' +
        commandLine([...rest, '-o', output, ...lower])
      : 'the checkpoints stand; begin with the weights of the last good one at a lower rate:\n  ' +
        commandLine([
          ...withoutOptions(rest, ['--from', ...notWithFrom]),
          ...['-o', other, '--from', shownPath(checkpoint), ...lower],
        ])
  terminal.error(`training stopped: ${message}\n  ${advice}`)
}
