import { createHash } from 'node:crypto'
import { type NamedTensors, readModelFile, SluiceError } from 'sluice'
import { type Preprocessing, readPreprocessing } from 'sluice/data'
import { readSafetensors } from 'sluice/formats'
import { readCheckpoint } from 'sluice/training'
import { readInputFile } from '../files/paths.ts'

/** What `--from` names: a model, or a checkpoint, whose weights a run begins with. */
export interface Source {
  readonly model: Readonly<Record<string, unknown>>
  readonly weights: NamedTensors
  /** Names of its outputs; empty where the file does not say. */
  readonly classes: readonly string[]
  readonly preprocessing?: Preprocessing
  /** Of the file's bytes: a run that goes on must begin with the same. */
  readonly sha256: string
}

/**
 * Reads a model file, or a checkpoint of a run (with the weights of its best epoch, if there is one).
 * @throws SluiceError whose message begins with the path
 */
export function readSource(path: string): Source {
  const bytes = readInputFile(path)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const { metadata } = readSafetensors(bytes, path)
  if (metadata['sluice.checkpoint'] === undefined) {
    const { model, weights, classes, preprocessing } = readModelFile(bytes, path, readPreprocessing)
    const view = preprocessing === undefined ? {} : { preprocessing }
    return { model: model.describe(), weights, classes, sha256, ...view }
  }
  const { configuration, trainer, progress } = readCheckpoint(bytes, path)
  const { model, classes, preprocessing } = configuration
  if (typeof model !== 'object' || model === null) {
    throw new SluiceError('format', 'this checkpoint does not say of which network it is', {
      where: path,
      fix: 'name a model file, or a checkpoint that sluice train wrote',
    })
  }
  return {
    model: { ...model },
    weights: progress.bestWeights ?? trainer.variables,
    // A network that fills holes tells no classes apart.
    classes: Array.isArray(classes) ? classes.map(String) : [],
    ...(preprocessing === undefined
      ? {}
      : { preprocessing: readPreprocessing(preprocessing, path) }),
    sha256,
  }
}

/**
 * The description of a network with so many outputs instead of those it has.
 * @throws SluiceError `unsupported` when it does not end in a layer that has one output per class
 */
export function withOutputs(
  description: Readonly<Record<string, unknown>>,
  classes: number,
): Readonly<Record<string, unknown>> {
  if (description.classes !== undefined) return { ...description, classes }
  if (description.type === 'linear') return { ...description, outFeatures: classes }
  const { modules } = description
  const last: unknown = Array.isArray(modules) ? modules.at(-1) : undefined
  const { module }: { module?: unknown } = Object(last)
  if (description.type === 'sequential' && Array.isArray(modules) && module !== undefined) {
    const head = withOutputs(Object(module), classes)
    return { ...description, modules: [...modules.slice(0, -1), { ...Object(last), module: head }] }
  }
  throw new SluiceError('unsupported', 'this network does not end in a linear layer', {
    where: '--from',
    received: String(description.type),
    fix: 'describe the network for the new classes with --model, and train it from scratch',
  })
}
