import { type Inpainter, isInpainter, type NamedTensors, SluiceError } from 'sluice'
import { defaultInpainter } from '../defaultInpainter.ts'
import { shownPath } from '../files/paths.ts'
import { openModel } from '../models/openModel.ts'

/** A network that fills holes, with its weights. */
export interface OpenedInpainter {
  readonly model: Inpainter
  readonly weights: NamedTensors
  readonly path: string
}

/**
 * Reads the inpainter of a model file, or the one that comes with the command.
 * @throws SluiceError `usage` when there is none, or the file holds another kind of network
 */
export function openInpainter(given?: string): OpenedInpainter {
  const path = given ?? defaultInpainter()
  if (path === undefined) {
    throw new SluiceError('usage', 'no network to fill with', {
      expected: 'an inpainter',
      fix: 'name its model file: --model inpainter.safetensors',
    })
  }
  const { model, weights } = openModel(path)
  if (isInpainter(model)) return { model, weights, path: shownPath(path) }
  throw new SluiceError('usage', 'this network fills no holes', {
    where: path,
    expected: 'an inpainter',
    received: model.type,
    fix: 'name the model file of an inpainter with --model',
  })
}
