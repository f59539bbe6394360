import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import {
  type ChannelStatistics,
  type ClipSource,
  type EvaluationRecipe,
  keepFrames,
  type MadeClip,
  makeEvaluationClips,
  makeTrainingClip,
  type Recording,
  statisticsOf,
  type TrainingPlace,
  type TrainingRecipe,
} from 'sluice/data'
import { ClipCache } from './clipCache.ts'
import { loadRecording } from './loadRecording.ts'

/** What an array is like. */
export interface GridFacts {
  readonly channels: number
  readonly count: number
  readonly height: number
  readonly width: number
  readonly statistics: ChannelStatistics
}

/** What is known of a clip once it was decoded. */
export interface ClipFacts {
  /** Hash over name, label, split and content. */
  readonly digest: string
  /** What was wrong with the file although it could be read. */
  readonly damage: readonly string[]
  /** Of clips that are arrays. */
  readonly grid?: GridFacts
}

/** Decodes clips and makes inputs of them, here or elsewhere; where changes speed and never bits. */
export interface ClipMaker {
  inspect(item: ClipSource): Promise<ClipFacts>
  training(item: ClipSource, recipe: TrainingRecipe, place: TrainingPlace): Promise<MadeClip>
  evaluation(item: ClipSource, recipe: EvaluationRecipe, index: number): Promise<Float32Array[]>
}

/** How clips are found and decoded: plain data, so that it can be sent to where they are made. */
export interface DecodingPlan {
  /** Folder to which paths are relative. */
  readonly root: string
  /** Pixels of the shorter side to which videos are scaled down. */
  readonly side: number
  /** Meaning of the axes of arrays; by rank where null. */
  readonly axes: string | null
  /** Folder of decoded clips; null for none. */
  readonly cache: string | null
  /** Bytes of decoded clips that are kept in memory. */
  readonly memoryBytes: number
}

/** Makes clips in this thread. */
export class LocalClipMaker implements ClipMaker {
  private readonly load: (item: ClipSource) => Promise<Recording>
  private readonly damage = new Map<string, readonly string[]>()

  constructor(plan: DecodingPlan) {
    const { root, side, axes, memoryBytes } = plan
    const cache = plan.cache === null ? undefined : new ClipCache(plan.cache)
    this.load = keepFrames(
      ({ path }) =>
        loadRecording(resolve(root, path), {
          side,
          ...(axes === null ? {} : { axes }),
          ...(cache === undefined ? {} : { cache }),
          onDamage: (_, complaints) => this.damage.set(path, complaints),
        }),
      memoryBytes,
    )
  }

  async inspect(item: ClipSource): Promise<ClipFacts> {
    const recording = await this.load(item)
    const facts = { digest: digestOf(item, recording), damage: this.damage.get(item.path) ?? [] }
    if (!('kind' in recording)) return facts
    const { channels, count, height, width } = recording
    const statistics = statisticsOf(recording)
    return { ...facts, grid: { channels, count, height, width, statistics } }
  }

  async training(
    item: ClipSource,
    recipe: TrainingRecipe,
    place: TrainingPlace,
  ): Promise<MadeClip> {
    return makeTrainingClip(await this.load(item), item.label, recipe, place)
  }

  async evaluation(
    item: ClipSource,
    recipe: EvaluationRecipe,
    index: number,
  ): Promise<Float32Array[]> {
    return makeEvaluationClips(await this.load(item), recipe, index)
  }
}

function digestOf(item: ClipSource, recording: Recording): string {
  const { count, height, width, duration: seconds } = recording
  const hash = createHash('sha256')
  hash.update(JSON.stringify([item.path, item.label, item.split, count, height, width, seconds]))
  if ('kind' in recording) return hash.update(bytesOf(recording.data)).digest('hex')
  return hash.update(bytesOf(recording.times)).update(recording.data).digest('hex')
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
