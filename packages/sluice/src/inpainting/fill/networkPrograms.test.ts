import { describe, expect, it } from 'vitest'
import { wasm } from '../../backends/wasm/wasmDevice.ts'
import { gatedFill } from '../../models/gatedFill.ts'
import { NetworkPrograms } from './networkPrograms.ts'

const MiB = 2 ** 20

describe('an inpainter’s programs', () => {
  // What ended programs leave lies in pieces: a program that fits beside the weights must fit after others too.
  it.each([1, 4])(
    'of many sizes come and go in memory that is enough for one, with %i threads',
    async (threads) => {
      const sides = [96, 160, 128, 224, 112, 256, 144, 192, 256, 96, 240]
      const model = gatedFill({ channels: [8, 12, 16, 16] })
      const largest = { width: 256, height: 256 }
      const roomy = await wasm({ threads: 1 })
      const measured = new NetworkPrograms(model, { device: roomy })
      const memoryLimit = measured.bytesFor(largest)
      await roomy.dispose()
      // Scratch of each thread, and tables.
      const device = await wasm({ threads, memoryLimit: memoryLimit + (1 + threads) * MiB })
      using programs = new NetworkPrograms(model, { device, memoryLimit })
      for (const height of sides) {
        for (const width of [height, 256]) {
          expect(programs.take({ width, height }).plan.arenaBytes).toBeGreaterThan(0)
        }
      }
      await device.dispose()
    },
  )
})
