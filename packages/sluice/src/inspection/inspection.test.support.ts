import { reference } from '../backends/reference/referenceDevice.ts'
import { wasm } from '../backends/wasm/wasmDevice.ts'
import type { Device } from '../engine/device/device.ts'

/** Both devices, as what a network is looked into with must be the same on either. */
export const devices: readonly { readonly name: string; make(): Promise<Device> }[] = [
  { name: 'reference', make: async () => reference() },
  { name: 'wasm', make: () => wasm({ threads: 2 }) },
]

/** Runs `use` with a device and ends the device's threads afterwards. */
export async function withDevice<T>(
  make: () => Promise<Device>,
  use: (device: Device) => Promise<T>,
): Promise<T> {
  const device = await make()
  try {
    return await use(device)
  } finally {
    await device.dispose()
  }
}
