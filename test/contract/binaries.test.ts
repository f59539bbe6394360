import { setFlagsFromString } from 'node:v8'
import { afterAll, describe, expect, it } from 'vitest'
import type { Device } from '../../packages/sluice/src/entrypoints/index.ts'
import {
  allCases,
  compareBits,
  formatProblems,
  reference,
  runContract,
} from '../../packages/sluice/src/entrypoints/testing.ts'
import { wasm } from '../../packages/sluice/src/entrypoints/wasm.ts'

const devices: Device[] = []

async function device(options: Parameters<typeof wasm>[0]): Promise<Device> {
  const made = await wasm(options)
  devices.push(made)
  return made
}

afterAll(async () => {
  for (const made of devices) await made.dispose()
})

/** Convolutions and attention, where fused multiply-adds matter, and a few ops of every other kind. */
const tables = allCases.filter(({ op }) =>
  /[cC]onv|Attention|gate|linear|adamw|batchNorm$/.test(op.name),
)

describe('the four binaries', () => {
  it('without shared memory, as in a page that is not isolated, give the same bits', async () => {
    const shared = await device({ threads: 2, deterministic: 'portable' })
    Object.defineProperty(globalThis, 'crossOriginIsolated', { value: false, configurable: true })
    try {
      const alone = await device({ threads: 2, deterministic: 'portable' })
      expect(await compareBits([shared, alone], tables)).toEqual([])
    } finally {
      Reflect.deleteProperty(globalThis, 'crossOriginIsolated')
    }
  })

  it('with relaxed SIMD pass the same exam, and say that they are others', async () => {
    // Node 20 has relaxed SIMD behind a flag, which may be set at run time; later versions just have it.
    setFlagsFromString('--experimental-wasm-relaxed-simd')
    const relaxed = await device({ threads: 2 })
    expect(relaxed.signature).toMatch(/relaxed/)
    const portable = await device({ threads: 1, deterministic: 'portable' })
    expect(portable.signature).not.toMatch(/relaxed/)
    const reports = await runContract(relaxed, { reference: reference(), tables })
    expect(reports.length).toBeGreaterThan(100)
    expect(formatProblems(reports)).toEqual([])
  })
})
