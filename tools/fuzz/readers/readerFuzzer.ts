import { SluiceError } from '../../../packages/sluice/src/entrypoints/index.ts'
import { Random } from '../../../packages/sluice/src/foundation/random.ts'
import type { Fuzzer } from '../fuzzer.ts'
import { type FuzzedReader, READER_BYTES_MAX } from './readers.ts'

/** Milliseconds for one input, all of them below half a megabyte, on a machine that does other things. */
const SLOWEST = 1500
/** Bytes of array buffers for one input: what the reader may give, and as much again to make it. */
const MOST_BUFFERS = 4 * READER_BYTES_MAX
/** Bytes of objects and text for one input: what is read, and what is thrown away meanwhile. */
const MOST_HEAP = 96_000_000
const LONGEST_MESSAGE = 4000

/** How a reader took one input. */
export interface Conduct {
  readonly refused: boolean
  readonly problem: string | undefined
}

/**
 * Gives a reader bytes: it shall give something or throw a `SluiceError` of readable length, soon, and
 * without much memory, whatever the bytes claim.
 */
export async function conductOf(
  read: (bytes: Uint8Array) => unknown,
  bytes: Uint8Array,
): Promise<Conduct> {
  const start = performance.now()
  const before = process.memoryUsage()
  let refused = false
  let problem: string | undefined
  try {
    await read(bytes)
  } catch (error) {
    refused = true
    if (!(error instanceof SluiceError)) problem = `threw ${String(error).slice(0, 300)}`
    else if (error.message.length > LONGEST_MESSAGE) problem = 'wrote a message longer than a page'
  }
  const after = process.memoryUsage()
  const spent = performance.now() - start
  const buffers = after.arrayBuffers - before.arrayBuffers
  const heap = after.heapUsed - before.heapUsed
  if (buffers > MOST_BUFFERS) problem ??= `allocated ${Math.round(buffers / 1e6)} MB`
  if (heap > MOST_HEAP) problem ??= `made objects of ${Math.round(heap / 1e6)} MB`
  if (spent > SLOWEST) problem ??= `took ${Math.round(spent)} ms`
  return { refused, problem }
}

/** The input of a round. */
export function mutatedInput(
  { name, sources, mutate }: FuzzedReader,
  seed: number,
  round: number,
): Uint8Array {
  const source = sources[round % sources.length] ?? new Uint8Array(1)
  return mutate(source, new Random(seed, name, round))
}

/** A reader, given spoilt files. */
export function readerFuzzer(reader: FuzzedReader): Fuzzer {
  return {
    name: reader.name,
    nightly: 100_000,
    quick: 1000,
    async run(seed, round) {
      const bytes = mutatedInput(reader, seed, round)
      const { refused, problem } = await conductOf(reader.read, bytes)
      return { kind: refused ? 'refused' : 'read', problem }
    },
  }
}
