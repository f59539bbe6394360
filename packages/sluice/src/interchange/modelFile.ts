import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import type { Module } from '../engine/graph/module.ts'
import { readSafetensors } from '../formats/safetensors/readSafetensors.ts'
import { writeSafetensors } from '../formats/safetensors/writeSafetensors.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { NamedTensors } from '../foundation/hostTensor.ts'
import { formatShape, type Shape, sameShape } from '../foundation/shape.ts'
import { isInpainter } from '../models/inpainter.ts'
import { moduleFromDescription } from '../models/moduleFromDescription.ts'
import { jsonField, readClasses, readInputShape, readTrainingRecord } from './modelMetadata.ts'

/**
 * A model as ONE safetensors file: tensors named and shaped as PyTorch would, and what they mean in
 * the file's metadata. It holds no clock time, path or thread count, so that equal training gives
 * equal files.
 */
export interface ModelFile<Preprocessing = unknown> {
  readonly model: Module
  readonly weights: NamedTensors
  /** Names of the outputs, in order; empty if nobody named them. */
  readonly classes: readonly string[]
  /** Shape of one input, `[C, D, H, W]`: what the model was made for. Absent where any size will do. */
  readonly input?: Shape
  /** How clips become inputs; absent in files converted from elsewhere. */
  readonly preprocessing?: Preprocessing
  /** How the weights came about: counts, seed, optimizer, accuracy. Plain data. */
  readonly training?: TrainingRecord
}

/** How weights came about, as plain data: whatever the trainer wants to keep. */
export type TrainingRecord = Readonly<Record<string, unknown>>

/** Version of the format that `writeModelFile` writes and `readModelFile` reads. */
export const modelFileVersion = 1
const prefix = 'sluice.'
const keys = ['model', 'classes', 'input', 'preprocessing', 'training'] as const

/**
 * The bytes of a model file. Equal models give equal bytes.
 * @throws SluiceError when the weights are not those of the model
 */
export function writeModelFile(file: ModelFile): Uint8Array<ArrayBuffer> {
  const { model, weights, classes, input, preprocessing, training } = file
  const checked = input ?? anyPicture(model)
  if (checked !== undefined) requireWeights(model, weights, checked, 'model file')
  const parts = { model: model.describe(), classes, input, preprocessing, training }
  const metadata: Record<string, string> = { [`${prefix}version`]: String(modelFileVersion) }
  for (const key of keys) {
    if (parts[key] !== undefined) metadata[prefix + key] = JSON.stringify(parts[key])
  }
  return writeSafetensors(weights, metadata)
}

/**
 * Reads a model file, trusting nothing in it: the model is made from an allow-list of layers, and its
 * weights must be there in their shapes before anything is allocated for them.
 *
 * @param where what to call the file in errors
 * @param readPreprocessing checks how clips become inputs (`readPreprocessing` of `sluice/data`); without it that is
 * plain data of which nothing is known
 * @throws SluiceError `format` when it is no model file, `unsupported` when a newer Sluice wrote it,
 * `missing` or `shape` when the weights do not fit the model
 */
export function readModelFile(bytes: Uint8Array, where?: string): ModelFile
export function readModelFile<Preprocessing>(
  bytes: Uint8Array,
  where: string,
  readPreprocessing: (json: unknown, where: string) => Preprocessing,
): ModelFile<Preprocessing>
export function readModelFile(
  bytes: Uint8Array,
  where = 'model file',
  readPreprocessing: (json: unknown, where: string) => unknown = (json) => json,
): ModelFile {
  const { tensors, metadata } = readSafetensors(bytes, where)
  checkVersion(metadata[`${prefix}version`], where)
  const part = (key: (typeof keys)[number]) => jsonField(metadata, prefix + key, where)
  const model = moduleFromDescription(part('model'), `${where}: model`)
  const input = readInputShape(part('input'), where)
  const preprocessing = part('preprocessing')
  const training = readTrainingRecord(part('training'), where)
  const checked = input ?? anyPicture(model)
  if (checked !== undefined) requireWeights(model, tensors, checked, where)
  return {
    model,
    weights: tensors,
    classes: readClasses(part('classes'), where),
    ...(input === undefined ? {} : { input }),
    ...(preprocessing === undefined
      ? {}
      : { preprocessing: readPreprocessing(preprocessing, `${where}: preprocessing`) }),
    ...(training === undefined ? {} : { training }),
  }
}

/** Inpainters take pictures of any size, so that any will do to know their weights by. */
function anyPicture(model: Module): Shape | undefined {
  if (!isInpainter(model)) return undefined
  const { multipleOf } = model
  const size = multipleOf * Math.ceil(64 / multipleOf)
  return [4, size, size]
}

function checkVersion(version: string | undefined, where: string): void {
  if (version === undefined) {
    throw new SluiceError('format', 'the tensors come without a model description', {
      where,
      fix: 'if they are a PyTorch state_dict, run: sluice convert <file> -o model.safetensors',
    })
  }
  if (version === String(modelFileVersion)) return
  throw new SluiceError('unsupported', 'the model file is of another version of the format', {
    where,
    expected: `version ${modelFileVersion}`,
    received: `version ${version.slice(0, 20)}`,
    fix: 'read it with a newer Sluice',
  })
}

/**
 * Checks that tensors are exactly a model's variables, for inputs of one shape.
 * @throws SluiceError `missing`, `shape` or `format`, naming the tensor
 */
export function requireWeights(
  model: Module,
  weights: NamedTensors,
  input: Shape,
  where: string,
): void {
  const { variables } = inferenceGraph(model, [1, ...input])
  for (const [name, { value }] of variables) {
    const tensor = weights.get(name)
    if (tensor === undefined) {
      throw new SluiceError('missing', `there is no tensor for ${value.role} "${name}"`, {
        where,
        expected: formatShape(value.shape),
        received: [...weights.keys()].slice(0, 6).join(', '),
      })
    }
    if (!sameShape(tensor.shape, value.shape)) {
      throw new SluiceError('shape', `tensor "${name}" does not fit the model`, {
        where,
        expected: formatShape(value.shape),
        received: formatShape(tensor.shape),
      })
    }
  }
  for (const name of weights.keys()) {
    if (variables.has(name)) continue
    throw new SluiceError('format', `the model has nothing called "${name.slice(0, 80)}"`, {
      where,
      expected: [...variables.keys()].slice(0, 6).join(', '),
    })
  }
}
