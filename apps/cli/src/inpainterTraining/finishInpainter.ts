import { existsSync } from 'node:fs'
import { type Device, type NamedTensors, toFloat16, writeModelFile } from 'sluice'
import type { FitResult } from 'sluice/training'
import { writeAtomically } from '../files/atomicFile.ts'
import { shownPath } from '../files/paths.ts'
import { describeRun } from '../run/openRun.ts'
import type { RunDescription } from '../run/runFolder.ts'
import { bytes } from '../terminal/quantities.ts'
import { type InpainterContext, inpainterCommand } from './inpainterContext.ts'
import { inpainterFor } from './inpainterNetwork.ts'
import type { PreparedPhotos } from './preparePhotos.ts'
import { previewsIn } from './previews.ts'

/**
 * Writes the model, says so in the run's description, and only then removes the checkpoints: a kill
 * in between leaves a run that resuming finishes again, to the same bytes.
 */
export function finishInpainter(
  result: FitResult,
  photos: PreparedPhotos,
  device: Device,
  context: InpainterContext,
): void {
  const { run, output, options, terminal } = context
  const { settings, folder } = run
  const { best, history } = result
  const file = writeModelFile({
    model: inpainterFor(settings),
    weights: context.half ? halved(result.weights) : result.weights,
    classes: [],
    training: {
      photos: {
        train: photos.train.length,
        valid: photos.valid.length,
        sha256: photos.fingerprint,
      },
      settings,
      kernels: device.signature,
      ...(best === undefined ? {} : { best }),
      last: history.at(-1),
    },
  })
  writeAtomically(output, file)
  folder.writeDescription(inpainterDescription(context, true))
  folder.removeCheckpoints()
  if (terminal.json) {
    terminal.jsonLine({ type: 'finished', model: options.output, run: folder.path, best })
  }
  const { paint } = terminal
  if (best?.psnr !== undefined) {
    const step = Math.min(settings.steps, best.epoch * settings.validEvery)
    const psnr = paint('bold', `${best.psnr.toFixed(2)} dB`)
    terminal.note(`best after step ${step}: hole PSNR ${psnr} on the validation pictures`)
  }
  const previews = previewsIn(folder.path)
  terminal.note(
    `model:    ${options.output} (${bytes(file.length)})\n` +
      // Without photographs that validate there are none.
      (existsSync(previews) ? `previews: ${shownPath(previews)}\n` : '') +
      `records:  ${shownPath(folder.recordsPath)}`,
  )
}

/** Weights in half the space; kernels widen them again. */
function halved(weights: NamedTensors): NamedTensors {
  return new Map([...weights].map(([name, tensor]) => [name, toFloat16(tensor)]))
}

/** What `run.json` says of a run. */
export function inpainterDescription(context: InpainterContext, finished: boolean): RunDescription {
  const { run, output, started, options, from, tensorboard, half } = context
  return describeRun(
    { settings: run.settings, command: inpainterCommand, output, began: run.began },
    { started, finished, threads: options.threads },
    { photos: run.material, from, tensorboard, half: half ? 'true' : undefined },
  )
}
