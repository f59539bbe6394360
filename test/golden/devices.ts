import type { Device } from '../../packages/sluice/src/entrypoints/index.ts'
import { reference } from '../../packages/sluice/src/entrypoints/index.ts'
import { wasm } from '../../packages/sluice/src/entrypoints/wasm.ts'

/** A device under test, and how close to PyTorch's float64 results its number format lets it come. */
export interface TestedDevice {
  readonly name: string
  readonly tolerance: number
  make(): Promise<Device>
}

export const testedDevices: readonly TestedDevice[] = [
  // Goldens are rounded to float32, and that is all that may differ.
  { name: 'reference', tolerance: 2e-7, make: async () => reference() },
  { name: 'wasm', tolerance: 1e-5, make: () => wasm({ threads: 2 }) },
]

/** The WASM device that sums directly always. */
export const exactDevice: TestedDevice = {
  name: 'exact wasm',
  tolerance: 1e-5,
  make: () => wasm({ threads: 2, precision: 'exact' }),
}
