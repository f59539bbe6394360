import { readFileSync } from 'node:fs'
import { readClipList } from '../../../packages/sluice/src/data/lists/clipList.ts'
import { readImageList } from '../../../packages/sluice/src/data/lists/imageList.ts'
import { readPreprocessing } from '../../../packages/sluice/src/entrypoints/data.ts'
import {
  readNpy,
  readNpz,
  readSafetensors,
  readTorch,
  readWeights,
  writeSafetensors,
} from '../../../packages/sluice/src/entrypoints/formats.ts'
import {
  clipClassifier,
  compile,
  readWeights as weightsOf,
} from '../../../packages/sluice/src/entrypoints/index.ts'
import { reference } from '../../../packages/sluice/src/entrypoints/testing.ts'
import type { HostTensor } from '../../../packages/sluice/src/foundation/hostTensor.ts'
import type { Random } from '../../../packages/sluice/src/foundation/random.ts'
import {
  readModelFile,
  writeModelFile,
} from '../../../packages/sluice/src/interchange/modelFile.ts'
import { mutateBytes } from './mutateBytes.ts'
import { mutateLines } from './mutateLines.ts'
import { mutateMetadata } from './mutateMetadata.ts'

/** What is fuzzed: a reader, valid files for it, and how they are spoilt. */
export interface FuzzedReader {
  readonly name: string
  readonly read: (bytes: Uint8Array) => unknown
  readonly sources: readonly Uint8Array[]
  readonly mutate: (source: Uint8Array, random: Random) => Uint8Array
}

/** Tensors of one file together may take so much, where a reader takes a limit. */
export const READER_BYTES_MAX = 4_000_000
const limits = { maxBytes: READER_BYTES_MAX }

const fixtures = new URL('../../../fixtures/', import.meta.url)
const fixture = (path: string) => new Uint8Array(readFileSync(new URL(path, fixtures)))
const torchFiles = (...names: readonly string[]) =>
  names.map((name) => fixture(`torch/${name}.pth`))
const numpyFiles = (...names: readonly string[]) => names.map((name) => fixture(`numpy/${name}`))
const text = (...lines: readonly string[]) => new TextEncoder().encode(`${lines.join('\n')}\n`)

const zips = torchFiles('wrapped-state-dict', 'layouts', 'dtypes', 'values', 'zip64')
const legacies = torchFiles('bare-legacy', 'bare-legacy-protocol1', 'layouts-legacy')
const real = torchFiles('real-t2ck', 'wrapped-several', 'real-legacy')

/** Every reader of files that come from outside. */
export function fuzzedReaders(): readonly FuzzedReader[] {
  const safetensors = smallSafetensors()
  return [
    {
      name: 'safetensors',
      read: (bytes) => readSafetensors(bytes, 'm'),
      sources: [safetensors],
      mutate: mutateBytes,
    },
    {
      name: 'model-file',
      read: (bytes) => readModelFile(bytes, 'm', readPreprocessing),
      sources: [smallModelFile()],
      mutate: (source, random) =>
        random.integer(4) === 0 ? mutateBytes(source, random) : mutateMetadata(source, random),
    },
    {
      name: 'npy',
      read: (bytes) => readNpy(bytes, 'm'),
      sources: numpyFiles(
        'f4-little.npy',
        'i8-big.npy',
        'fortran.npy',
        'bool.npy',
        'version2.npy',
        'scalar.npy',
      ),
      mutate: mutateBytes,
    },
    {
      name: 'npz',
      read: (bytes) => readNpz(bytes, 'm', limits),
      sources: numpyFiles('stored.npz', 'deflated.npz', 'zeros.npz'),
      mutate: mutateBytes,
    },
    {
      name: 'torch-zip',
      read: (bytes) => readTorch(bytes, 'm', limits),
      sources: zips,
      mutate: mutateBytes,
    },
    {
      name: 'torch-legacy',
      read: (bytes) => readTorch(bytes, 'm', limits),
      sources: legacies,
      mutate: mutateBytes,
    },
    {
      name: 'weights',
      read: (bytes) => readWeights(bytes, 'm', limits),
      sources: [safetensors, ...real],
      mutate: mutateBytes,
    },
    {
      name: 'clip-list',
      read: (bytes) => readClipList(bytes, 'm.csv'),
      sources: [
        text(
          'path,label,start,end,group,split',
          'a.mp4,run,0,1.5,ann,train',
          '"b,c.mp4",jump,1,2,bob,test',
        ),
        text('\uFEFFlabel,path', '"say ""hi""",é.npy', 'walk,"two', 'lines.npz"'),
      ],
      mutate: mutateLines,
    },
    {
      name: 'image-list',
      read: (bytes) => readImageList(bytes, 'm.txt'),
      sources: [text('a/1.png', 'a/2.png', '', ' b 3.jpg ')],
      mutate: mutateLines,
    },
  ]
}

function smallSafetensors(): Uint8Array {
  const weights = new Map<string, HostTensor>([
    ['conv.weight', { dtype: 'float32', shape: [2, 3], data: new Float32Array(6) }],
    ['conv.bias', { dtype: 'float16', shape: [2], data: new Uint16Array(2) }],
    ['steps', { dtype: 'int64', shape: [], data: new BigInt64Array(1) }],
  ])
  return writeSafetensors(weights, { classes: '["a","b"]' })
}

function smallModelFile(): Uint8Array {
  const model = clipClassifier({ classes: 2, width: 2, depth: [1] })
  const input = [3, 2, 8, 8]
  using session = compile(model, { device: reference(), input: [1, ...input] })
  const preprocessing = {
    frames: 2,
    fps: 10,
    size: 8,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    resize: 'crop',
  }
  const training = { seed: 1, bestAccuracy: 0.5 }
  const classes = ['run', 'jump']
  return writeModelFile({
    model,
    weights: weightsOf(session),
    classes,
    input,
    preprocessing,
    training,
  })
}
