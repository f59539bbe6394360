import { totalmem } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { type Device, SluiceError } from 'sluice'
import { wasm } from 'sluice/wasm'

/**
 * The WebAssembly device. Without `relaxedSimd` it gives the same bits on every machine; with it,
 * multiply-adds are fused. Node 20 can do that behind a flag of its engine that may be set while it runs,
 * and that workers started later obey; with `where there` no flag is set, and nothing refused.
 */
export async function openDevice(options: {
  readonly threads?: number
  readonly relaxedSimd?: boolean | 'where there'
  /** Direct sums only. */
  readonly exact?: boolean
  /** Bytes for the network and everything that a step needs. Default: what the machine has, up to 4 GiB. */
  readonly maxMemory?: number
}): Promise<Device> {
  const { threads, relaxedSimd = false, exact = false, maxMemory = machineMemory() } = options
  // Later versions know it without, and complain about a flag that is gone.
  if (relaxedSimd === true && process.version.startsWith('v20.')) {
    setFlagsFromString('--experimental-wasm-relaxed-simd')
  }
  const device = await wasm({
    ...(threads === undefined ? {} : { threads }),
    deterministic: relaxedSimd === false ? 'portable' : 'machine',
    precision: exact ? 'exact' : 'fast',
    memoryLimit: maxMemory,
  })
  if (relaxedSimd === true && !device.signature.includes('relaxed')) {
    await device.dispose()
    throw new SluiceError('unsupported', 'this machine or Node has no relaxed SIMD', {
      received: `Node ${process.version}`,
      fix: 'leave --relaxed-simd out',
    })
  }
  return device
}

/** What this process may take: the machine's memory, or less in a container. */
export function machineMemory(): number {
  const constrained = process.constrainedMemory()
  return Math.min(2 ** 32, totalmem(), constrained > 0 ? constrained : Number.POSITIVE_INFINITY)
}
