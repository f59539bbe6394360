import type { Device } from '../../../packages/sluice/src/engine/device/device.ts'
import type { OpCases } from '../../../packages/sluice/src/engine/ops/opCase.ts'
import { planGraph } from '../../../packages/sluice/src/engine/planning/planGraph.ts'
import {
  type CaseResult,
  caseGraph,
  reference,
  relativeL2,
  runCase,
  sameBits,
  toleranceOf,
  variantsOf,
} from '../../../packages/sluice/src/entrypoints/testing.ts'
import { wasm } from '../../../packages/sluice/src/entrypoints/wasm.ts'
import { Random } from '../../../packages/sluice/src/foundation/random.ts'
import type { Fuzzer, RoundResult } from '../fuzzer.ts'
import { convolutionCase } from './convolutionCase.ts'
import { pick } from './drawConvolution.ts'

/** A device that sits the exam. The first one's bits are those that all but exact ones must have. */
interface Candidate {
  readonly name: string
  readonly device: Device
  readonly exact: boolean
}

/**
 * Convolutions of any shape on the WASM device with one, two and three threads and with `exact`
 * precision, forward and both gradients, against float64 loops: within the contract suite's tolerance,
 * the same bits for any number of threads and for a second run in used memory.
 */
export async function convolutionFuzzer(): Promise<Fuzzer> {
  const threads = [1, 2, 3]
  const devices = await Promise.all(threads.map((count) => wasm({ threads: count })))
  const candidates: Candidate[] = devices.map((device, index) => {
    return { name: `${threads[index]} threads`, device, exact: false }
  })
  const exact = await wasm({ threads: 1, precision: 'exact' })
  candidates.push({ name: 'exact', device: exact, exact: true })
  return {
    name: 'convolutions',
    nightly: 20_000,
    quick: 150,
    run: (seed, round) => tryConvolution(candidates, seed, round),
    async dispose() {
      for (const { device } of candidates) await device.dispose()
    },
  }
}

/** The same for one device alone, which may be wrong on purpose. */
export function fuzzerOf(device: Device): Fuzzer {
  const candidates = [{ name: device.name, device, exact: false }]
  return {
    name: 'convolutions',
    nightly: 0,
    quick: 0,
    run: (seed, round) => tryConvolution(candidates, seed, round),
  }
}

async function tryConvolution(
  candidates: readonly Candidate[],
  seed: number,
  round: number,
): Promise<RoundResult> {
  const table = convolutionCase(seed, round)
  const [entry] = table.cases
  if (entry === undefined) throw new Error('a table without a case')
  const variant = pick(new Random(seed, 'variant', round), variantsOf(table, entry))
  const about = `${table.op.name}, ${entry.name} (${variant})`
  const expected = await runCase(table, entry, reference(), variant)
  const tolerance = toleranceOf(table, entry)
  let kind = table.op.name
  let bits: CaseResult | undefined
  for (const { name, device, exact } of candidates) {
    const wrong = (what: string) => ({ kind, problem: `${name}: ${what}: ${about}` })
    try {
      if (bits === undefined) kind = kernelOf(table, device)
      const actual = await runCase(table, entry, device, variant)
      if (!actual.repeatable) return wrong('a second run gives other bits')
      if (bits !== undefined && !exact && !sameBits(bits.values, actual.values)) {
        return wrong('other bits than with one thread')
      }
      bits ??= actual
      for (const [output, values] of actual.values) {
        const error = relativeL2(values, expected.values.get(output) ?? [])
        if (error <= tolerance || cancels(values, expected.values.get(output) ?? [], tolerance)) {
          continue
        }
        return wrong(`${output} is off by ${error.toExponential(2)}, ${kind}`)
      }
    } catch (failure) {
      return wrong(`threw ${String(failure)}`)
    }
  }
  return { kind }
}

/**
 * Whether few sums of terms near 1 came out near 0, where an error that is usual for such terms is large
 * beside the result. Among many sums that does not happen to all.
 */
function cancels(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): boolean {
  if (expected.length > 16 || actual.length !== expected.length) return false
  let error = 0
  for (let i = 0; i < expected.length; i++) {
    error += ((actual[i] as number) - (expected[i] as number)) ** 2
  }
  return Math.sqrt(error / expected.length) <= tolerance / 3
}

/** The kernel that a device chooses for the op of a table. */
function kernelOf(table: OpCases, device: Device): string {
  const [entry] = table.cases
  if (entry === undefined) return table.op.name
  const { steps } = planGraph(caseGraph(table, entry, 'all'), device)
  return steps.find(({ node }) => node.op.name === table.op.name)?.lowering.kernel ?? 'no kernel'
}
