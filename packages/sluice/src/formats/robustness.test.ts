import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SluiceError } from '../foundation/errors.ts'
import type { HostTensor } from '../foundation/hostTensor.ts'
import { Random } from '../foundation/random.ts'
import { mutateBytes } from './mutateBytes.test.support.ts'
import { readNpy } from './npy/readNpy.ts'
import { readWeights } from './readWeights.ts'
import { readSafetensors } from './safetensors/readSafetensors.ts'
import { writeSafetensors } from './safetensors/writeSafetensors.ts'
import { readTorch } from './torch/readTorch.ts'

/**
 * Whatever bytes come in, a reader gives tensors or throws a SluiceError, soon and without much
 * memory. Every failure names the seed and round, so that it can be repeated.
 */
const fixtures = new URL('../../../../fixtures/torch/', import.meta.url)
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, fixtures)))

type Reader = (bytes: Uint8Array) => unknown

const limits = { maxBytes: 4_000_000 }
const slowest = 500 // milliseconds for one input, all of them below 10 KB

const mostMemory = 16_000_000 // bytes for one input

/** Undefined where the reader behaved, else what it did wrong. */
function misbehaviour(read: Reader, bytes: Uint8Array): string | undefined {
  const start = performance.now()
  const memory = process.memoryUsage().arrayBuffers
  try {
    read(bytes)
  } catch (error) {
    if (!(error instanceof SluiceError)) return `threw ${String(error)}`
    if (error.message.length > 2000) return 'wrote a message longer than a page'
  }
  const spent = performance.now() - start
  const taken = process.memoryUsage().arrayBuffers - memory
  if (taken > mostMemory) return `allocated ${Math.round(taken / 1e6)} MB`
  return spent > slowest ? `took ${Math.round(spent)} ms` : undefined
}

/** The first misbehaviour in `rounds` mutated inputs, and how many inputs were refused. */
function fuzz(read: Reader, sources: readonly Uint8Array[], rounds: number, seed: number) {
  let refused = 0
  for (let round = 0; round < rounds; round++) {
    const random = new Random(seed, 'mutation', round)
    const source = sources[round % sources.length] ?? new Uint8Array(1)
    const bytes = mutateBytes(source, random)
    const problem = misbehaviour(read, bytes)
    if (problem !== undefined)
      return { problem: `seed ${seed}, round ${round}: ${problem}`, refused }
    try {
      read(bytes)
    } catch {
      refused++
    }
  }
  return { problem: undefined, refused }
}

const weights = new Map<string, HostTensor>([
  ['conv.weight', { dtype: 'float32', shape: [2, 3], data: new Float32Array(6) }],
  ['conv.bias', { dtype: 'float16', shape: [2], data: new Uint16Array(2) }],
  ['steps', { dtype: 'int64', shape: [], data: new BigInt64Array(1) }],
])
const safetensors = writeSafetensors(weights, { classes: '["a","b"]' })
const zips = ['wrapped-state-dict', 'layouts', 'dtypes', 'values', 'values-protocol4', 'zip64']
const legacies = ['bare-legacy', 'bare-legacy-protocol1', 'layouts-legacy', 'dtypes-legacy']
const numpyFile = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../numpy/${name}.npy`, fixtures)))
const numpyFiles = ['f4-little', 'i8-big', 'fortran', 'bool', 'version2', 'scalar'].map(numpyFile)
const torchFile = (name: string): Uint8Array => bytesOf(`${name}.pth`)

const seed = 20240611
const rounds = 1000

describe('mutated files', () => {
  it.each<[string, Reader, Uint8Array[]]>([
    ['safetensors', (bytes) => readSafetensors(bytes, 'm'), [safetensors]],
    ['an .npy file', (bytes) => readNpy(bytes, 'm'), numpyFiles],
    ['a PyTorch zip', (bytes) => readTorch(bytes, 'm', limits), zips.map(torchFile)],
    ['the old PyTorch format', (bytes) => readTorch(bytes, 'm', limits), legacies.map(torchFile)],
    [
      'any weights',
      (bytes) => readWeights(bytes, 'm', limits),
      [safetensors, torchFile('real-t2ck'), torchFile('wrapped-several'), torchFile('real-legacy')],
    ],
  ])('%s: read, or refused with a reason', (_, read, sources) => {
    const { problem, refused } = fuzz(read, sources, rounds, seed)
    expect(problem).toBeUndefined()
    // Mutations that break nothing would prove nothing.
    expect(refused).toBeGreaterThan(rounds / 4)
  })

  it('are noticed when a reader throws a foreign error or takes much memory (canaries)', () => {
    const blunt: Reader = (bytes) => new DataView(bytes.buffer).getFloat64(bytes.length - 4)
    expect(fuzz(blunt, [safetensors], 50, seed).problem).toMatch(/round 0: threw RangeError/)
    const greedy: Reader = () => new Uint8Array(64_000_000)
    expect(fuzz(greedy, [safetensors], 50, seed).problem).toMatch(/round 0: allocated 64 MB/)
  })
})

describe('files cut off at every length', () => {
  it.each<[string, Uint8Array]>([
    ['safetensors', safetensors],
    ['a PyTorch zip', torchFile('wrapped-nested')],
    ['a PyTorch zip with 64-bit sizes', torchFile('zip64')],
    ['the old PyTorch format', torchFile('layouts-legacy')],
  ])('%s: refused, never half read', (_, whole) => {
    expect(() => readWeights(whole, 'm')).not.toThrow()
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.slice(0, length)
      expect(
        misbehaviour((bytes) => readWeights(bytes, 'm', limits), cut),
        `${length}`,
      ).toBeUndefined()
      expect(() => readWeights(cut, 'm', limits), `${length} bytes`).toThrow(SluiceError)
    }
  })
})
