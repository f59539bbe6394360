import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/referenceDevice.ts'
import { wasm } from '../../backends/wasm/wasmDevice.ts'
import { chromeTrace } from '../../inspection/chromeTrace.ts'
import { batchNorm } from '../../layers/batchNorm.ts'
import { flatten } from '../../layers/flatten.ts'
import { gatedConv2d } from '../../layers/gated/gatedConv.ts'
import { linear } from '../../layers/linear.ts'
import { maxPool2d } from '../../layers/pool.ts'
import { sequential } from '../../layers/sequential.ts'
import { sgd } from '../../training/optimizers/sgd.ts'
import { trainingGraph } from '../../training/trainingGraph.ts'
import type { Device } from '../device/device.ts'
import { compile, compileGraph, readWeights } from './compile.ts'
import type { SessionInput } from './session.ts'

const model = sequential([
  gatedConv2d(2, 8, { kernelSize: 3, padding: 1 }),
  batchNorm(),
  gatedConv2d(8, 9, { kernelSize: 3, padding: 1 }),
  maxPool2d({ kernelSize: 2 }),
  flatten(),
  linear(3),
])
const input = [4, 2, 8, 8]
const clip = Float32Array.from({ length: 512 }, (_, i) => Math.sin(i * 0.37))
const batch: Record<string, SessionInput> = {
  ...{ input: clip, labels: Int32Array.of(0, 1, 2, 1) },
  ...{ lossGradient: 1, learningRate: 0.1, step: 1 },
}
const training = trainingGraph(model, { input, optimizer: sgd({ momentum: 0.9 }), clipNorm: 1 })

/** One tick a look: every piece of work takes one millisecond. */
function ticking(): () => number {
  let ms = 0
  return () => ms++
}

const devices: readonly (readonly [string, () => Promise<Device>])[] = [
  ['the reference device', async () => reference()],
  ['the WASM device with one thread', () => wasm({ threads: 1 })],
  ['the WASM device with three threads', () => wasm({ threads: 3 })],
]

describe.each(devices)('a profile on %s', (_, open) => {
  it('has every step of the plan with its kernel, its work and its share', async () => {
    const device = await open()
    const session = compileGraph(training, { device })
    const profile = await session.profile(batch, { runs: 3 })
    expect(profile.steps.map(({ op, path, kernel, why }) => [op, path, kernel, why])).toEqual(
      session.plan.steps.map(({ node, lowering }) => [
        ...[node.op.name, node.path, lowering.kernel, lowering.why],
      ]),
    )
    const shares = profile.steps.reduce((sum, { share }) => sum + share, 0)
    expect(shares).toBeCloseTo(1, 9)
    const conv = profile.steps.find(({ op, path }) => op === 'gatedConv' && path.startsWith('2'))
    // Feature and gate, 9 channels of 8 × 8 pixels, 3 × 3 taps of 8 channels, 4 examples.
    expect(conv?.multiplyAdds).toBe(2 * 9 * 64 * 9 * 8 * 4)
    expect(conv?.gflops).toBeCloseTo((2 * (conv?.multiplyAdds ?? 0)) / (conv?.ms ?? 0) / 1e6, 6)
    expect(conv?.readBytes).toBeGreaterThanOrEqual(4 * (4 * 8 * 64 + 2 * 9 * 8 * 9 + 2 * 9))
    expect(conv?.writtenBytes).toBeGreaterThanOrEqual(4 * (4 * 9 * 64))
    expect(profile.runMs).toBeGreaterThan(0)
    session.dispose()
    await device.dispose()
  })

  it('changes no result of inference, before or after weights are written', async () => {
    const device = await open()
    const session = compile(model, { device, input })
    const expected = (await session.run({ input: clip })).output
    await session.profile({ input: clip }, { runs: 2 })
    expect(session.read('output')).toEqual(expected)
    expect((await session.run({ input: clip })).output).toEqual(expected)
    for (const [name, { data }] of readWeights(session)) {
      session.variables.write(
        name,
        data.map((value) => value / 2),
      )
    }
    await session.profile(undefined, { runs: 1 })
    const halved = (await session.run({ input: clip })).output
    expect(halved).not.toEqual(expected)
    for (const [name, { data }] of readWeights(session)) {
      session.variables.write(
        name,
        data.map((value) => value * 2),
      )
    }
    expect((await session.run({ input: clip })).output).toEqual(expected)
    session.dispose()
    await device.dispose()
  })

  it('leaves a training session where it was', async () => {
    const device = await open()
    const profiled = compileGraph(training, { device, seed: 5 })
    const plain = compileGraph(training, { device, seed: 5 })
    const before = readWeights(profiled)
    await profiled.profile(batch, { runs: 2 })
    expect(readWeights(profiled)).toEqual(before)
    profiled.step(batch)
    plain.step(batch)
    expect(profiled.read('loss')).toEqual(plain.read('loss'))
    expect(readWeights(profiled)).toEqual(readWeights(plain))
    profiled.dispose()
    plain.dispose()
    await device.dispose()
  })

  it('counts the clock: calls add up to steps, steps to the run, prepared work apart', async () => {
    const device = await open()
    const session = compile(model, { device, input })
    const profile = await session.profile({ input: clip }, { runs: 4, clock: ticking() })
    expect(profile.runs).toBe(4)
    expect(profile.runMs).toBe(1)
    for (const step of profile.steps) {
      const own = step.calls.filter(({ prepared }) => !prepared)
      expect(step.ms).toBe(own.length)
      expect(step.fastestMs).toBe(own.length)
      if (own.length === 0) expect(step.writtenBytes).toBe(0)
    }
    const calls = profile.steps.flatMap((step) => step.calls)
    const prepared = calls.filter((call) => call.prepared).length
    expect(profile.stepsMs).toBe(calls.length - prepared)
    expect(profile.preparedMs).toBe(prepared)
    if (device.name === 'wasm') expect(prepared).toBeGreaterThan(0)
    session.dispose()
    await device.dispose()
  })
})

describe('session.profile', () => {
  it('refuses inputs of a wrong size, no runs, and a disposed session', async () => {
    const session = compile(linear(2), { device: reference(), input: [1, 3] })
    const usage = expect.objectContaining({ code: 'usage' })
    await expect(session.profile({ input: new Float32Array(4) })).rejects.toThrow(/wrong size/)
    for (const runs of [0, 1.5, Number.NaN]) {
      await expect(session.profile(undefined, { runs })).rejects.toThrow(usage)
    }
    session.dispose()
    await expect(session.profile()).rejects.toThrow(usage)
  })

  it('says so when a device cannot tell times', async () => {
    const device = reference()
    const without: Device = {
      ...device,
      load(plan, variables) {
        const executable = device.load(plan, variables)
        return {
          write: (value, data) => executable.write(value, data),
          read: (value) => executable.read(value),
          run: () => executable.run(),
          dispose: () => executable.dispose(),
        }
      },
    }
    const session = compile(linear(2), { device: without, input: [1, 3] })
    await expect(session.profile()).rejects.toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
  })
})

describe('a Chrome trace of a profile', () => {
  it('lays steps end to end, each over its kernels', async () => {
    const device = await wasm({ threads: 1 })
    const session = compile(model, { device, input })
    const profile = await session.profile(undefined, { runs: 1, clock: ticking() })
    const { traceEvents } = JSON.parse(JSON.stringify(chromeTrace(profile, 'net'))) as ReturnType<
      typeof chromeTrace
    >
    expect(traceEvents[0]).toMatchObject({ name: 'process_name', ph: 'M', args: { name: 'net' } })
    const steps = traceEvents.filter(({ cat }) => cat === 'step')
    const kernels = traceEvents.filter(({ cat }) => cat === 'kernel')
    for (const tid of [1, 2]) {
      let end = 0
      for (const step of steps.filter((event) => event.tid === tid)) {
        expect(step.ts).toBe(end)
        const inside = kernels.filter(({ tid: track, ts = -1 }) => {
          return track === tid && ts >= end && ts < end + (step.dur ?? 0)
        })
        end += step.dur ?? 0
        expect(inside.reduce((sum, { dur = 0 }) => sum + dur, 0)).toBe(step.dur)
      }
      expect(end).toBe(1000 * (tid === 1 ? profile.stepsMs : profile.preparedMs))
    }
    for (const { tid, args } of steps) expect('ms' in args).toBe(tid === 1)
    expect(kernels.length).toBe(profile.steps.flatMap(({ calls }) => calls).length)
    session.dispose()
    await device.dispose()
  })
})
