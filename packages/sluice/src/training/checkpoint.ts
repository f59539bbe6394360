import { parseBoundedJson } from '../formats/boundedJson.ts'
import { readSafetensors } from '../formats/safetensors/readSafetensors.ts'
import { writeSafetensors } from '../formats/safetensors/writeSafetensors.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { NamedTensors } from '../foundation/hostTensor.ts'
import { canonicalJson, differingKeys } from './canonicalJson.ts'
import { type BestEpoch, bestEpoch, type EpochRecord, type Progress } from './progress.ts'
import type { TrainerState } from './trainerOptions.ts'

/** A run between two steps, complete: what the file holds. */
export interface Checkpoint {
  /** Everything that decides the run's bits; a run goes on only with the same. */
  readonly configuration: Readonly<Record<string, unknown>>
  /** Signature of the device that trained it. */
  readonly device: string
  readonly trainer: TrainerState
  readonly progress: Progress
}

const version = 2
const bestPrefix = 'best:'
const fixStartAnew = 'start anew without resuming'

/** The bytes of a checkpoint: a safetensors file. Equal states give equal bytes. */
export function writeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const { configuration, device, trainer, progress } = checkpoint
  const { bestWeights, ...rest } = progress
  const { step, batches, accumulated } = trainer
  const tensors: NamedTensors = new Map(trainer.variables)
  for (const [name, tensor] of bestWeights ?? []) tensors.set(bestPrefix + name, tensor)
  return writeSafetensors(tensors, {
    'sluice.checkpoint': String(version),
    'sluice.configuration': canonicalJson(configuration),
    'sluice.device': device,
    'sluice.progress': canonicalJson({ ...rest, step, batches, accumulated }),
  })
}

/**
 * Reads a checkpoint.
 * @throws SluiceError `format` or `unsupported` when the file is no checkpoint of this version
 */
export function readCheckpoint(bytes: Uint8Array, where: string): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, where)
  const written = metadata['sluice.checkpoint']
  if (written === undefined) {
    throw new SluiceError('format', 'the file is no checkpoint of a training run', { where })
  }
  if (written !== String(version)) {
    throw new SluiceError('unsupported', 'the checkpoint is of another version of Sluice', {
      where,
      expected: `version ${version}`,
      received: `version ${written}`,
      fix: `go on with the version that wrote it, or ${fixStartAnew}`,
    })
  }
  const read = objectOf(metadata['sluice.progress'], where)
  const variables: NamedTensors = new Map()
  const bestWeights: NamedTensors = new Map()
  for (const [name, tensor] of tensors) {
    if (name.startsWith(bestPrefix)) bestWeights.set(name.slice(bestPrefix.length), tensor)
    else variables.set(name, tensor)
  }
  const { history, best } = read
  const accumulated = fieldsOf(read.accumulated, where)
  if (!Array.isArray(history)) throw broken(where, 'history', history)
  return {
    configuration: objectOf(metadata['sluice.configuration'], where),
    device: metadata['sluice.device'] ?? '',
    trainer: {
      step: countOf(read, 'step', where),
      batches: countOf(read, 'batches', where),
      accumulated: {
        batches: countOf(accumulated, 'batches', where),
        weight: countOf(accumulated, 'weight', where),
      },
      variables,
    },
    progress: {
      epoch: countOf(read, 'epoch', where),
      batch: countOf(read, 'batch', where),
      lossSum: numberOf(read, 'lossSum', where),
      correct: countOf(read, 'correct', where),
      ...(read.termSums === undefined ? {} : { termSums: numbersOf(read, 'termSums', where) }),
      history: history.map((record: unknown) => recordOf(record, where)),
      ...(best === undefined ? {} : { best: bestOf(best, where), bestWeights }),
    },
  }
}

/**
 * Refuses to go on where the bits would not be those of a run that never stopped.
 * @throws SluiceError `refused`, naming what differs
 */
export function requireSameRun(
  checkpoint: Checkpoint,
  configuration: Readonly<Record<string, unknown>>,
  device: string,
): void {
  const differing = differingKeys(checkpoint.configuration, configuration)
  const [first] = differing
  if (first !== undefined) {
    throw new SluiceError('refused', `the run was started with another ${differing.join(', ')}`, {
      expected: `${first}: ${canonicalJson(checkpoint.configuration[first])}`,
      received: `${first}: ${canonicalJson(configuration[first])}`,
      fix: `give the options of the first start again, or ${fixStartAnew}`,
    })
  }
  if (checkpoint.device === device) return
  throw new SluiceError('refused', 'the run was started on other kernels, whose bits differ', {
    expected: checkpoint.device,
    received: device,
    fix: `go on with the same version and options on such a machine, or ${fixStartAnew}`,
  })
}

function recordOf(json: unknown, where: string): EpochRecord {
  const fields = fieldsOf(json, where)
  const optional = (name: 'trainAccuracy' | 'validLoss' | 'validAccuracy' | 'validPsnr') =>
    fields[name] === undefined ? {} : { [name]: numberOf(fields, name, where) }
  return {
    type: 'epoch',
    epoch: countOf(fields, 'epoch', where),
    step: countOf(fields, 'step', where),
    learningRate: numberOf(fields, 'learningRate', where),
    trainLoss: numberOf(fields, 'trainLoss', where),
    ...optional('trainAccuracy'),
    ...optional('validLoss'),
    ...optional('validAccuracy'),
    ...optional('validPsnr'),
    ...(fields.terms === undefined ? {} : { terms: numbersOf(fields, 'terms', where) }),
  }
}

function bestOf(json: unknown, where: string): BestEpoch {
  const fields = fieldsOf(json, where)
  const { accuracy, psnr } = fields
  return bestEpoch(countOf(fields, 'epoch', where), {
    ...(accuracy === undefined ? {} : { accuracy: numberOf(fields, 'accuracy', where) }),
    ...(psnr === undefined ? {} : { psnr: numberOf(fields, 'psnr', where) }),
    loss: numberOf(fields, 'loss', where),
  })
}

function objectOf(text: string | undefined, where: string): Record<string, unknown> {
  return fieldsOf(parseBoundedJson(text ?? '', 'the checkpoint’s description', where), where)
}

function fieldsOf(json: unknown, where: string): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json }
  throw broken(where, 'an entry', json)
}

/** A number from 0 up. */
function countOf(fields: Record<string, unknown>, name: string, where: string): number {
  const value = numberOf(fields, name, where)
  if (value >= 0) return value
  throw broken(where, name, value)
}

function numberOf(fields: Record<string, unknown>, name: string, where: string): number {
  const value = fields[name]
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw broken(where, name, value)
}

function numbersOf(
  fields: Record<string, unknown>,
  name: string,
  where: string,
): Record<string, number> {
  const values = fieldsOf(fields[name], where)
  return Object.fromEntries(Object.keys(values).map((key) => [key, numberOf(values, key, where)]))
}

function broken(where: string, name: string, received: unknown): SluiceError {
  return new SluiceError('format', `${name} of the checkpoint is not usable`, {
    where,
    received: JSON.stringify(received) ?? 'nothing',
    fix: fixStartAnew,
  })
}
