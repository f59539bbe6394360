import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SluiceError } from '../../foundation/errors.ts'
import { openNpz, readNpz } from './readNpz.ts'

const fixtures = new URL('../../../../../fixtures/numpy/', import.meta.url)
const bytesOf = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`${name}.npz`, fixtures)))
const values = Array.from({ length: 24 }, (_, i) => i - 3)

/** The error of a promise that must fail. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  )

describe('readNpz', () => {
  it.each(['stored', 'deflated'])('reads arrays that are %s', async (name) => {
    const tensors = await readNpz(bytesOf(name), name)
    expect([...tensors.keys()]).toEqual(['a', 'b'])
    expect(tensors.get('a')).toMatchObject({ dtype: 'float32', shape: [2, 3, 4] })
    expect(tensors.get('a')?.data).toEqual(Float32Array.from(values))
    expect(tensors.get('b')?.data).toEqual(BigInt64Array.of(0n, 1n, 2n))
  })

  it('unpacks one array at a time, and says which there are', async () => {
    const file = openNpz(bytesOf('deflated'), 'x.npz')
    expect(file.names).toEqual(['a', 'b'])
    expect((await file.read('b')).shape).toEqual([3])
    expect(await failure(file.read('c'))).toMatchObject({
      message: expect.stringMatching(/no array "c"[\s\S]*"a", "b"/),
    })
  })

  it('keeps to the limit, whatever an entry claims', async () => {
    const zeros = bytesOf('zeros')
    expect((await readNpz(zeros, 'z')).get('zeros')?.data.length).toBe(1_000_000)
    const error = await failure(readNpz(zeros, 'z.npz', { maxBytes: 100_000 }))
    expect(error).toMatchObject({
      code: 'limit',
      message: expect.stringMatching(/z\.npz: "zeros"/),
    })
  })

  it('refuses other packing, other content and what is no archive', async () => {
    expect(await failure(readNpz(bytesOf('bzip2'), 'm'))).toMatchObject({ code: 'unsupported' })
    expect(() => openNpz(new Uint8Array(4), 'm')).toThrow(/not an \.npz/)
    const torch = new Uint8Array(readFileSync(new URL('../torch/bare.pth', fixtures)))
    expect(() => openNpz(torch, 'm')).toThrow(/only arrays/)
  })

  it('notices a single changed byte of packed data', async () => {
    for (const name of ['stored', 'deflated']) {
      const whole = bytesOf(name)
      let noticed = 0
      for (let at = 60; at < 160; at++) {
        const bytes = whole.slice()
        bytes[at] = (bytes[at] ?? 0) ^ 1
        if ((await failure(readNpz(bytes, 'm'))) instanceof SluiceError) noticed++
      }
      expect(noticed, name).toBeGreaterThan(90)
    }
  })
})
