import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as kernelIds from '../../packages/sluice/src/backends/wasm/abi/kernelIds.ts'
import { joined } from '../../packages/sluice/src/backends/wasm/joinedThreads.test.support.ts'
import { type Device, planGraph } from '../../packages/sluice/src/entrypoints/index.ts'
import {
  allCases,
  caseGraph,
  compareBits,
  formatProblems,
  reference,
  relativeL2,
  runContract,
  runNet,
  sameBits,
  variantsOf,
} from '../../packages/sluice/src/entrypoints/testing.ts'
import { wasm } from '../../packages/sluice/src/entrypoints/wasm.ts'

const threadCounts = [1, 2, 3, 5]
/**
 * Relative L2 error of what three training steps leave. Most of it stays below 1e-5; the widest is the
 * gradient of a gate's bias in front of a batch normalisation, a sum of 1,800 terms that nearly
 * cancel: rounding each op's exact result to float32 alone moves it by 5e-6.
 */
const netTolerance = 5e-4

let devices: Device[] = []

beforeAll(async () => {
  for (const threads of threadCounts) {
    devices.push(await joined(await wasm({ threads }), threads))
  }
}, 60_000)

afterAll(async () => {
  for (const device of devices) await device.dispose()
  devices = []
})

function single(): Device {
  const [device] = devices
  if (device === undefined) throw new Error('the WASM device did not start')
  return device
}

describe('the WASM device computes what the reference computes', () => {
  for (const table of allCases) {
    it(`${table.op.name}, ${table.cases.length} cases`, async () => {
      const reports = await runContract(single(), { reference: reference(), tables: [table] })
      expect(formatProblems(reports)).toEqual([])
    })
  }

  it('by every kernel that there is: one that no case reaches would never be examined', () => {
    const called = new Set(
      allCases.flatMap((table) =>
        table.cases.flatMap((entry) =>
          variantsOf(table, entry)
            .flatMap((variant) => planGraph(caseGraph(table, entry, variant), single()).steps)
            .flatMap(({ lowering }) => lowering.payload as readonly { readonly kernel: number }[])
            .map(({ kernel }) => kernel),
        ),
      ),
    )
    const missed = Object.entries(kernelIds).filter(([, id]) => !called.has(id))
    // Pairs of ops, which `fusedKernels.test.ts` examines.
    expect(missed.map(([name]) => name).sort()).toEqual(['LINEAR_ADAMW', 'LINEAR_SGD'])
  })

  it('a small gated network: forward, backward and update, three steps', async () => {
    const expected = await runNet(reference())
    const actual = await runNet(single())
    expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort())
    const off = [...expected]
      .map(([name, values]) => ({ name, error: relativeL2(actual.get(name) ?? [], values) }))
      .filter(({ error }) => !(error <= netTolerance))
    expect(off).toEqual([])
  })
})

describe(`the WASM device gives the same bits at ${threadCounts.join(', ')} threads`, () => {
  for (const table of allCases) {
    it(table.op.name, async () => {
      expect(await compareBits(devices, [table])).toEqual([])
    })
  }

  it('a small gated network', async () => {
    const expected = await runNet(single())
    for (const device of devices) {
      expect(sameBits(await runNet(device), expected), device.name).toBe(true)
    }
  })
})
