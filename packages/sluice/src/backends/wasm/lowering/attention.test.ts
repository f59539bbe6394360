import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backwardGraph } from '../../../engine/autodiff/backwardGraph.ts'
import type { Device } from '../../../engine/device/device.ts'
import { GraphBuilder } from '../../../engine/graph/graphBuilder.ts'
import { contextualAttention } from '../../../engine/ops/contextualAttention/contextualAttention.ts'
import { planGraph } from '../../../engine/planning/planGraph.ts'
import { compileGraph } from '../../../engine/runtime/compile.ts'
import type { Session } from '../../../engine/runtime/session.ts'
import type { KernelStep } from '../step.ts'
import { wasm } from '../wasmDevice.ts'

const attributes = {
  fuse: true,
  downsampling: 'floor',
  keyNorm: 'floor',
  softmaxScale: 10,
} as const

/** A graph with one application, of `height` by `width` features with `channels` channels. */
function attentionGraph(height: number, width: number, channels: number, backward = false) {
  const builder = new GraphBuilder()
  const shape = [1, channels, height, width]
  const x = builder.input('x', shape)
  const mask = builder.input('mask', [1, 1, height, width])
  const y = builder.applyOne(contextualAttention, [x, x, mask], attributes, 'attention')
  builder.output('y', y)
  if (backward) {
    const dy = builder.input('dy', shape)
    const [dx] = backwardGraph(builder, new Map([[y, dy]]), [x])
    if (dx !== undefined) builder.output('dx', dx)
  }
  return builder.finish()
}

/** Bytes of temporaries and of one thread's scratch. */
function bytesBeside(height: number, width: number, device: Device, backward = false) {
  const plan = planGraph(attentionGraph(height, width, 96, backward), device)
  let temporaries = 0
  let scratch = 0
  for (const { lowering } of plan.steps) {
    const bytes = lowering.temporaries.reduce((sum, temporary) => sum + temporary.bytes, 0)
    temporaries = Math.max(temporaries, bytes)
    for (const step of lowering.payload as readonly KernelStep[]) {
      scratch = Math.max(scratch, step.scratchBytes)
    }
  }
  return { temporaries, scratch }
}

describe('contextual attention on the WASM device', () => {
  let device: Device

  beforeAll(async () => {
    device = await wasm({ threads: 2 })
  })

  afterAll(() => device.dispose())

  it('needs 165 MB beside its values for a picture of 1920×1080, not matrices of 4.2 GB', () => {
    const { temporaries, scratch } = bytesBeside(270, 480, device)
    expect(temporaries).toBeLessThan(165e6)
    expect(scratch).toBeLessThan(4e6)
  })

  it('keeps rows of scores backward: twice the side is eight times the memory, not sixteen', () => {
    const small = bytesBeside(64, 64, device, true)
    const large = bytesBeside(128, 128, device, true)
    expect(small.temporaries + small.scratch).toBeLessThan(24e6)
    expect(large.scratch).toBeLessThan(8.5 * small.scratch)
    expect(large.temporaries).toBeLessThan(4.5 * small.temporaries)
  })

  async function attend(session: Session, x: Float32Array): Promise<Float32Array> {
    const { y } = await session.run({ x, mask: new Float32Array(12 * 10) })
    return y?.data as Float32Array
  }

  it('copies a picture that is like nothing but itself', async () => {
    using session = compileGraph(attentionGraph(12, 10, 4), { device })
    // Every patch is its own best match by far, so each pixel is pasted where it was.
    const x = Float32Array.from({ length: 4 * 12 * 10 }, (_, i) => 9 * Math.sin(i * i + 1))
    const y = await attend(session, x)
    const middle = y.filter(
      (_, i) => i % 10 > 0 && i % 10 < 9 && (i % 120) / 10 >= 1 && i % 120 < 110,
    )
    const wanted = x.filter(
      (_, i) => i % 10 > 0 && i % 10 < 9 && (i % 120) / 10 >= 1 && i % 120 < 110,
    )
    middle.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i] ?? 0, 4)
    })
    session.variables.dispose()
  })

  it('lets a NaN through to the pixels that saw it', async () => {
    using session = compileGraph(attentionGraph(12, 10, 4), { device })
    const x = new Float32Array(4 * 12 * 10).fill(0.5)
    x[0] = Number.NaN
    expect((await attend(session, x)).some(Number.isNaN)).toBe(true)
    session.variables.dispose()
  })
})
