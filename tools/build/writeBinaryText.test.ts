import { expect, it } from 'vitest'
import { readBinaryText } from '../../packages/sluice/src/backends/wasm/binaryText.ts'
import { writeBinaryText } from './writeBinaryText.mjs'

it('gives back every byte through a module, in ASCII alone', async () => {
  const bytes = Uint8Array.from({ length: 512 }, (_, i) => (i * 37) % 256)
  const literal = writeBinaryText(bytes)
  expect(literal).toMatch(/^[ -~]*$/)
  const module = `data:text/javascript,${encodeURIComponent(`export const binary = '${literal}'`)}`
  const { binary } = (await import(/* @vite-ignore */ module)) as { binary: string }
  expect(readBinaryText(binary)).toEqual(bytes)
})
