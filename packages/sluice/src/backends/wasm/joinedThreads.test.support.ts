import type { Device } from '../../engine/device/device.ts'

/** Waits until so many threads take part in a WASM device's runs. */
export async function joined(device: Device, threads: number): Promise<Device> {
  const counting: { readonly joinedThreads?: number } = Object(device)
  while (counting.joinedThreads !== threads) {
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return device
}
