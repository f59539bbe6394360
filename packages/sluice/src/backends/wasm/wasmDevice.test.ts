import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Device } from '../../engine/device/device.ts'
import { compile, compileGraph, writeWeights } from '../../engine/runtime/compile.ts'
import type { Session } from '../../engine/runtime/session.ts'
import { tensor } from '../../foundation/hostTensor.ts'
import { clipClassifier } from '../../models/clipClassifier.ts'
import { sgd } from '../../training/optimizers/sgd.ts'
import { Trainer } from '../../training/trainer.ts'
import { trainingGraph } from '../../training/trainingGraph.ts'
import { joined } from './joinedThreads.test.support.ts'
import { wasm } from './wasmDevice.ts'

const model = clipClassifier({ classes: 3, width: 4, depth: [1] })
const clip = Float32Array.from({ length: 3 * 2 * 8 * 8 }, (_, i) => Math.sin(i))
const input = [1, 3, 2, 8, 8]
const usage = expect.objectContaining({ code: 'usage' })
const limit = expect.objectContaining({ code: 'limit' })

/** Bytes that the device's memory has grown to. */
function memoryOf(device: Device): number {
  const { memory }: { memory?: { memory: WebAssembly.Memory } } = Object(device)
  return memory?.memory.buffer.byteLength ?? 0
}

describe('the WASM device', () => {
  let device: Device

  beforeAll(async () => {
    device = await joined(await wasm({ threads: 2 }), 2)
  })

  afterAll(() => device.dispose())

  it('does not grow when sessions and trainers are made and disposed of', () => {
    const inputs = new Float32Array(4 * clip.length)
    const labels = Int32Array.of(0, 1, 2, 0)
    const once = () => {
      for (const batch of [1, 4, 2]) {
        using session = compile(model, { device, input: [batch, ...input.slice(1)] })
        session.step({ input: inputs.subarray(0, batch * clip.length) })
      }
      using trainer = new Trainer(model, { device, input: [4, ...input.slice(1)] })
      trainer.step({ inputs, labels })
      trainer.predict(inputs)
    }
    once()
    const before = memoryOf(device)
    for (let i = 0; i < 20; i++) once()
    expect(memoryOf(device)).toBe(before)
  })

  it('keeps nothing of a program that could not be made', async () => {
    using good = compile(model, { device, input })
    const { output } = await good.run({ input: clip })
    const before = memoryOf(device)
    const weights = new Map([['head.bias', tensor([3])]])
    for (let i = 0; i < 20; i++) {
      expect(() => compile(model, { device, input: [1, 3, 999, 999, 999] })).toThrow(limit)
      expect(() => compile(model, { device, input: [2 ** 40, 3, 1, 1, 1] })).toThrow(limit)
      expect(() => compile(model, { device, input, weights })).toThrow(/no tensor/)
      expect(() => new Trainer(model, { device, input, weights })).toThrow(/no tensor/)
    }
    expect(memoryOf(device)).toBe(before)
    expect((await good.run({ input: clip })).output).toEqual(output)
  })

  it('refuses what goes beyond a limit of memory before it runs, and keeps what fits', async () => {
    const megabytes = 32 * 2 ** 20
    const small = await wasm({ threads: 2, memoryLimit: megabytes })
    const large = [64, 3, 8, 64, 64]
    expect(() => compile(model, { device: small, input: large })).toThrow(
      /does not fit into memory\n {2}expected: at most 34 MB in all\n {2}received: \d+ MB: \d+ MB of intermediates[\s\S]*fix: use a smaller batch/,
    )
    using fits = compile(model, { device: small, input })
    await fits.run({ input: clip })
    expect(memoryOf(small)).toBeLessThanOrEqual(megabytes)
    await small.dispose()
    await expect(wasm({ memoryLimit: 5 })).rejects.toThrow(/not a usable limit/)
  })

  it('refuses variables of another device', async () => {
    const other = await wasm({ threads: 1 })
    const { variables } = compile(model, { device: other, input })
    expect(() => compile(model, { device, input, variables })).toThrow(usage)
    await other.dispose()
  })

  it('gives the same beside another device with other threads', async () => {
    const other = await wasm({ threads: 3 })
    using here = compile(model, { device, input })
    using there = compile(model, { device: other, input })
    const run = async (session: Session) => (await session.run({ input: clip })).output
    const [first, second] = await Promise.all([run(here), run(there)])
    expect(first).toEqual(second)
    await other.dispose()
  })

  it('begins before its threads have started, and takes each in when it is there', async () => {
    using alone = compile(model, { device, input })
    const { output } = await alone.run({ input: clip })
    for (let attempt = 0; attempt < 5; attempt++) {
      const young = await wasm({ threads: 5 })
      using session = compile(model, { device: young, input })
      const runs = async (count: number) => {
        for (let i = 0; i < count; i++) {
          expect((await session.run({ input: clip })).output).toEqual(output)
        }
        // So that its threads can start on a machine with few cores.
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
      for (let i = 0; i < 20; i++) await runs(3)
      await joined(young, 5)
      await runs(20)
      await young.dispose()
    }
    await (await wasm({ threads: 9 })).dispose()
  })

  it.each([
    { threads: '2' },
    { threads: 65 },
    { precision: 'exactly' },
    { deterministic: 'portably' },
    { memoryLimit: 5 },
  ])('refuses %j, which it does not know', async (options) => {
    await expect(wasm(options as Parameters<typeof wasm>[0])).rejects.toThrow(usage)
  })

  it('says so when it is used after its end, instead of waiting for threads that are gone', async () => {
    const ended = await wasm({ threads: 2 })
    const session = compile(model, { device: ended, input })
    await ended.dispose()
    await ended.dispose()
    expect(() => session.step({ input: clip })).toThrow(usage)
  })

  it('names its kernels, whatever the number of threads', async () => {
    const other = await wasm({ threads: 1 })
    expect(other.signature).toBe(device.signature)
    expect(device.signature).toMatch(/^wasm-(relaxed-)?simd-[0-9a-f]{8}$/)
    await other.dispose()
  })

  it('computes with weights that are written later', async () => {
    using session = compile(model, { device, input, seed: 1 })
    using other = compile(model, { device, input, seed: 2 })
    const { output } = await session.run({ input: clip })
    expect((await other.run({ input: clip })).output).not.toEqual(output)
    const weights = [...session.variables.names].map((name) => {
      const shape = session.plan.graph.variables.get(name)?.value.shape ?? []
      return [name, tensor(shape, session.variables.read(name))] as const
    })
    writeWeights(other, new Map(weights))
    expect((await other.run({ input: clip })).output).toEqual(output)
  })

  it('says so when a kernel traps on any thread, instead of waiting for it', async () => {
    const broken = await joined(await wasm({ threads: 3 }), 3)
    const graph = trainingGraph(model, { input: [8, ...input.slice(1)], optimizer: sgd() })
    const session = compileGraph(graph, { device: broken })
    const step = () =>
      session.step({
        input: new Float32Array(8 * clip.length),
        // Trainers refuse such labels; the kernel would read beyond all memory.
        labels: new Int32Array(8).fill(2 ** 29),
        lossGradient: 1,
        learningRate: 0,
        step: 0,
      })
    expect(step).toThrow(/a kernel has trapped; the device is lost/)
    expect(step).toThrow(/a kernel has trapped earlier/)
    await broken.dispose()
  })
})
