import { type Device, writeModelFile } from 'sluice'
import { inputShape } from 'sluice/data'
import type { FitResult } from 'sluice/training'
import { writeAtomically } from '../files/atomicFile.ts'
import { shownPath } from '../files/paths.ts'
import { describeRun } from '../run/openRun.ts'
import type { RunDescription } from '../run/runFolder.ts'
import { bytes, fraction } from '../terminal/quantities.ts'
import { trainCommand } from './beginRun.ts'
import { networkFor } from './networkFor.ts'
import type { TrainingContext } from './trainingContext.ts'
import type { TrainingParts } from './trainingParts.ts'

/**
 * Writes the model, says so in the run's description, and only then removes the checkpoints: a kill
 * in between leaves a run that resuming finishes again, to the same bytes.
 */
export function finishRun(
  result: FitResult,
  parts: TrainingParts,
  device: Device,
  context: TrainingContext,
): void {
  const { run, output, options, terminal } = context
  const { settings, folder } = run
  const { train, valid, prepared, preprocessing } = parts
  const input = inputShape(preprocessing)
  const { best, history } = result
  const file = writeModelFile({
    model: networkFor(settings, train.classes.length, input[0]),
    weights: result.weights,
    classes: train.classes,
    input,
    preprocessing,
    training: {
      clips: { train: train.items.length, valid: valid.items.length, sha256: prepared.fingerprint },
      settings,
      kernels: device.signature,
      ...(best === undefined ? {} : { best }),
      last: history.at(-1),
    },
  })
  writeAtomically(output, file)
  folder.writeDescription(descriptionOf(context, true))
  folder.removeCheckpoints()
  if (terminal.json) {
    terminal.jsonLine({ type: 'finished', model: options.output, run: folder.path, best })
  }
  const { paint } = terminal
  if (best?.accuracy !== undefined) {
    terminal.note(
      `best after epoch ${best.epoch}: validation accuracy ${paint('bold', fraction(best.accuracy))}`,
    )
  }
  terminal.note(
    `model:   ${options.output} (${bytes(file.length)})\nrecords: ${shownPath(folder.recordsPath)}`,
  )
  if (parts.hasTest) {
    terminal.note(
      `test/ was not touched: sluice evaluate ${options.output} ${shownPath(run.clips)}`,
    )
  }
}

/** What `run.json` says of a run. */
export function descriptionOf(
  { run, output, started, options }: TrainingContext,
  finished: boolean,
): RunDescription {
  return describeRun(
    { settings: run.settings, command: trainCommand, output, began: run.began },
    { started, finished, threads: options.threads },
    { clips: run.clips, from: run.from, tensorboard: run.tensorboard },
  )
}
