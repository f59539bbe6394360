import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import { wasm } from '../backends/wasm/wasmDevice.ts'
import type { Device } from '../engine/device/device.ts'
import { type Float32Tensor, type NamedTensors, tensor } from '../foundation/hostTensor.ts'
import { relu } from '../layers/activation.ts'
import { batchNorm } from '../layers/batchNorm.ts'
import { conv1d, conv2d, conv3d } from '../layers/conv.ts'
import { flatten } from '../layers/flatten.ts'
import { gatedConv2d } from '../layers/gated/gatedConv.ts'
import { globalAveragePool } from '../layers/globalPool.ts'
import { linear } from '../layers/linear.ts'
import { averagePool1d, maxPool2d } from '../layers/pool.ts'
import { sequential } from '../layers/sequential.ts'
import { gradCam } from './gradCam.ts'

/** Both devices, as what a network is looked into with must be the same on either. */
const devices = [
  { name: 'reference', make: async (): Promise<Device> => reference() },
  { name: 'wasm', make: () => wasm({ threads: 2 }) },
]

async function withDevice<T>(
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

const named = (weights: Record<string, Float32Tensor>): NamedTensors =>
  new Map(Object.entries(weights))

/**
 * A clip of 2 frames of 1×2 pixels, [1, −2] then [3, 0], seen by two 1×1×1 filters: x and −x. After the
 * rectifier A₀ = [1, 0, 3, 0] and A₁ = [0, 2, 0, 0], with means 1 and 0.5.
 */
const pooled = sequential({
  conv: conv3d(1, 2, { kernelSize: 1, bias: false }),
  act: relu(),
  pool: globalAveragePool(),
  head: linear(2, { bias: false }),
})
const pooledWeights = named({
  'conv.weight': tensor([2, 1, 1, 1, 1], [1, -1]),
  'head.weight': tensor([2, 2], [2, 1, 0, -1]),
})
const clip = tensor([1, 1, 2, 1, 2], [1, -2, 3, 0])

describe.each(devices)('Grad-CAM on the $name device', ({ make }) => {
  it('of a small network is what the paper’s two formulas give by hand', async () => {
    // y₀ = 2·mean(A₀) + mean(A₁), so its gradients are 2/4 and 1/4 everywhere, as are their means.
    const cam = await withDevice(make, (device) =>
      gradCam(pooled, { device, weights: pooledWeights, input: clip }),
    )
    expect(cam.layer).toBe('conv')
    expect([...cam.logits.data]).toEqual([2.5, -0.5])
    expect(cam.classes).toEqual([0])
    expect(cam.map.shape).toEqual([1, 2, 1, 2])
    expect([...cam.map.data]).toEqual([0.5, 0.5, 1.5, 0])
  })

  it('explains the class asked for, and keeps what speaks against it at zero', async () => {
    // y₁ = −mean(A₁): nothing speaks for it.
    const { map, classes } = await withDevice(make, (device) =>
      gradCam(pooled, { device, weights: pooledWeights, input: clip, classIndex: 1 }),
    )
    expect(classes).toEqual([1])
    expect([...map.data]).toEqual([0, 0, 0, 0])
  })

  it('takes the mean of gradients that differ from place to place, input by input', async () => {
    // One filter, x; y₀ = 1·A[0] + 3·A[1], y₁ = −2·A[0] + 8·A[1]. Means of the gradients: 2 and 3.
    const model = sequential({
      conv: conv1d(1, 1, { kernelSize: 1, bias: false }),
      flatten: flatten(),
      head: linear(2, { bias: false }),
    })
    const weights = named({
      'conv.weight': tensor([1, 1, 1], [1]),
      'head.weight': tensor([2, 2], [1, 3, -2, 8]),
    })
    const input = tensor([2, 1, 2], [5, 1, -1, 2])
    const cam = await withDevice(make, (device) => gradCam(model, { device, weights, input }))
    // 5 + 3 = 8 beats −10 + 8 = −2; −1 + 6 = 5 loses to 2 + 16 = 18.
    expect(cam.classes).toEqual([0, 1])
    expect([...cam.map.data]).toEqual([10, 2, 0, 6])
  })
})

describe('Grad-CAM', () => {
  const model = sequential({
    first: gatedConv2d(1, 2, { kernelSize: 3, padding: 1 }),
    norm: batchNorm(),
    act: relu(),
    second: conv2d(2, 3, { kernelSize: 3, padding: 1 }),
    after: relu(),
    pool: maxPool2d({ kernelSize: 2 }),
    flatten: flatten(),
    head: linear(2),
  })
  const shapes: Record<string, number[]> = {
    'first.feature.weight': [2, 1, 3, 3],
    'first.feature.bias': [2],
    'first.gate.weight': [2, 1, 3, 3],
    'first.gate.bias': [2],
    'norm.weight': [2],
    'norm.bias': [2],
    'norm.running_mean': [2],
    'norm.running_var': [2],
    'second.weight': [3, 2, 3, 3],
    'second.bias': [3],
    'head.weight': [2, 12],
    'head.bias': [2],
  }
  const weights: NamedTensors = new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const values = tensor(shape)
      values.data.forEach((_, i) => {
        values.data[i] = 0.3 + 0.5 * Math.sin(3 * i + name.length)
      })
      return [name, values]
    }),
  )
  const input = tensor(
    [1, 1, 4, 4],
    Array.from({ length: 16 }, (_, i) => Math.cos(i)),
  )
  const device = reference()

  it('looks at the last convolution after its rectifier, before it is pooled', async () => {
    const { layer, map } = await gradCam(model, { device, weights, input })
    expect(layer).toBe('second')
    expect(map.shape).toEqual([1, 4, 4])
  })

  it('looks at a layer by name, through everything behind it', async () => {
    const { layer, map } = await gradCam(model, { device, weights, input, layer: 'act' })
    expect(layer).toBe('act')
    expect(map.shape).toEqual([1, 4, 4])
    const before = await gradCam(model, { device, weights, input, layer: 'first' })
    expect(before.layer).toBe('first')
  })

  it('names the layers there are when asked for another', async () => {
    await expect(gradCam(model, { device, weights, input, layer: 'secnd' })).rejects.toThrow(
      /expected: first, norm, act, second, pool\n {2}received: "secnd"/,
    )
  })

  it('refuses a class that is not there, and a network without convolution or logits', async () => {
    await expect(gradCam(model, { device, weights, input, classIndex: 2 })).rejects.toThrow(
      /0 to 1/,
    )
    const plain = sequential({ flatten: flatten(), head: linear(2) })
    const own = named({ 'head.weight': tensor([2, 16]), 'head.bias': tensor([2]) })
    await expect(gradCam(plain, { device, weights: own, input })).rejects.toThrow(/no convolution/)
    const open = conv2d(1, 1, { kernelSize: 1 })
    await expect(gradCam(open, { device, weights: own, input })).rejects.toThrow(/one logit per/)
  })

  it('refuses weights that are missing instead of drawing them', async () => {
    await expect(gradCam(model, { device, weights: new Map(), input })).rejects.toThrow(
      /no tensor for parameter "first.feature.weight"/,
    )
  })
})

describe.each(devices)('Grad-CAM by an early layer on the $name device', ({ make }) => {
  it('goes back through a norm with running statistics', async () => {
    // The norm is 2·(x − 1)/√(3 + 1) + 5 = x + 4, then one place is taken by a linear layer.
    const model = sequential({
      conv: conv1d(1, 1, { kernelSize: 1, bias: false }),
      pool: averagePool1d({ kernelSize: 2 }),
      norm: batchNorm({ epsilon: 1 }),
      flatten: flatten(),
      head: linear(2, { bias: false }),
    })
    const weights = named({
      'conv.weight': tensor([1, 1, 1], [1]),
      'norm.weight': tensor([1], [2]),
      'norm.bias': tensor([1], [5]),
      'norm.running_mean': tensor([1], [1]),
      'norm.running_var': tensor([1], [3]),
      'head.weight': tensor([2, 1], [6, 0]),
    })
    const input = tensor([1, 1, 2], [1, 3])
    const options = { weights, input, layer: 'conv' }
    const cam = await withDevice(make, (device) => gradCam(model, { device, ...options }))
    // y₀ = 6 · (mean + 4), so that each of the two places has the gradient 3.
    expect([...cam.logits.data]).toEqual([36, 0])
    expect([...cam.map.data]).toEqual([3, 9])
  })
})
