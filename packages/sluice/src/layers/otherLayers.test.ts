import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import { type Module, Scope } from '../engine/graph/module.ts'
import { compile, compileGraph } from '../engine/runtime/compile.ts'
import { elementCount, type Shape } from '../foundation/shape.ts'
import { gelu } from './activation.ts'
import { batchNorm } from './batchNorm.ts'
import { branches } from './branches.ts'
import { conv1d } from './conv.ts'
import { dropout } from './dropout.ts'
import { flatten } from './flatten.ts'
import { globalAveragePool, globalMaxPool } from './globalPool.ts'
import { linear } from './linear.ts'
import { averagePool1d, maxPool2d } from './pool.ts'
import { residual } from './residual.ts'
import { sequential } from './sequential.ts'

/** 0, 1, 2, … in the given shape. */
function count(shape: Shape): Float32Array {
  return Float32Array.from({ length: elementCount(shape) }, (_, i) => i)
}

async function outputOf(model: Module, shape: Shape, data = count(shape)): Promise<number[]> {
  const session = compile(model, { device: reference(), input: shape })
  return [...((await session.run({ input: data })).output?.data ?? [])]
}

function trainingSession(model: Module, shape: Shape, seed = 0) {
  const builder = new GraphBuilder()
  const x = builder.input('input', shape)
  builder.output('output', model.build(new Scope(builder, 'training', '', seed), x))
  return compileGraph(builder.finish(), { device: reference() })
}

describe('pooling', () => {
  it('takes the largest or the mean of each window', async () => {
    expect(await outputOf(maxPool2d({ kernelSize: 2 }), [1, 1, 2, 4])).toEqual([5, 7])
    expect(await outputOf(averagePool1d({ kernelSize: 2 }), [1, 1, 4])).toEqual([0.5, 2.5])
  })

  it('counts padded zeros in the mean unless told otherwise', async () => {
    const options = { kernelSize: 2, padding: 1 }
    const ones = Float32Array.of(1, 1)
    expect(await outputOf(averagePool1d(options), [1, 1, 2], ones)).toEqual([0.5, 0.5])
    const real = averagePool1d({ ...options, countIncludePad: false })
    expect(await outputOf(real, [1, 1, 2], ones)).toEqual([1, 1])
  })

  it('over everything leaves one number per channel', async () => {
    expect(await outputOf(globalAveragePool(), [1, 2, 1, 2, 2])).toEqual([1.5, 5.5])
    expect(await outputOf(globalMaxPool(), [1, 2, 1, 2, 2])).toEqual([3, 7])
    expect(() => inferenceGraph(globalMaxPool(), [1, 4])).toThrow(/globalMaxPool/)
  })

  it('refuses a padding in which a window could lie alone', () => {
    expect(() => maxPool2d({ kernelSize: 2, padding: 2 })).toThrow(/padding/)
  })
})

describe('linear', () => {
  it('reads its size off the input', () => {
    const model = sequential({ flatten: flatten(), fc1: linear(3) })
    const { variables } = inferenceGraph(model, [2, 4, 2, 3])
    expect(variables.get('fc1.weight')?.value.shape).toEqual([3, 24])
    expect(variables.get('fc1.bias')?.value.shape).toEqual([3])
  })

  it('asks for a flatten before it', () => {
    expect(() => inferenceGraph(linear(3), [1, 2, 3, 4])).toThrow(/flatten\(\)/)
    expect(() => inferenceGraph(linear(3, { inFeatures: 5 }), [1, 4])).toThrow(/\[batch, 5\]/)
  })
})

describe('batch normalisation', () => {
  it('normalises with the batch in training and moves the running statistics', async () => {
    const session = trainingSession(batchNorm({ epsilon: 0 }), [1, 1, 4])
    const { output } = await session.run({ input: Float32Array.of(1, 2, 3, 6) })
    const deviation = Math.sqrt(3.5)
    expect([...(output?.data ?? [])].map((x) => x * deviation)).toEqual([
      expect.closeTo(-2, 5),
      expect.closeTo(-1, 5),
      expect.closeTo(0, 5),
      expect.closeTo(3, 5),
    ])
    expect(session.variables.read('running_mean')[0]).toBeCloseTo(0.3, 6)
    // PyTorch keeps the unbiased variance: 14 / 3.
    expect(session.variables.read('running_var')[0]).toBeCloseTo(0.9 + 0.1 * (14 / 3), 6)
  })

  it('uses the running statistics in inference', async () => {
    expect(await outputOf(batchNorm({ epsilon: 0 }), [1, 1, 2])).toEqual([0, 1])
  })

  it('refuses to train on one value per channel', () => {
    expect(() => trainingSession(batchNorm(), [1, 4])).toThrow(/more clips per batch/)
  })
})

describe('dropout', () => {
  const shape = [1, 1000]
  const ones = new Float32Array(1000).fill(1)
  const drop = (step: number, seed = 1) =>
    trainingSession(dropout(0.25), shape, seed)
      .run({ input: ones, step })
      .then(({ output }) => [...(output?.data ?? [])])

  it('drops about the asked part, scales the rest, and repeats itself for a seed and step', async () => {
    const first = await drop(7)
    const kept = first.filter((x) => x !== 0)
    expect(new Set(kept)).toEqual(new Set([Math.fround(4 / 3)]))
    expect(kept.length).toBeGreaterThan(700)
    expect(kept.length).toBeLessThan(800)
    expect(await drop(7)).toEqual(first)
    expect(await drop(8)).not.toEqual(first)
    expect(await drop(7, 2)).not.toEqual(first)
  })

  it('does nothing in inference', () => {
    expect(inferenceGraph(dropout(0.5), shape).nodes).toHaveLength(0)
  })
})

describe('layers of layers', () => {
  it('number the members of a list and keep the names of an object', () => {
    const model = sequential([
      sequential({ b: linear(4), a: linear(3) }),
      gelu(),
      linear(2, { bias: false }),
    ])
    expect([...inferenceGraph(model, [1, 5]).variables.keys()]).toEqual([
      '0.b.weight',
      '0.b.bias',
      '0.a.weight',
      '0.a.bias',
      '2.weight',
    ])
    expect(() => sequential({ 'a.b': gelu() })).toThrow(/a\.b/)
  })

  it('a residual adds its input, or its shortcut', async () => {
    expect(await outputOf(residual(sequential([])), [1, 3])).toEqual([0, 2, 4])
    expect(() => inferenceGraph(residual(linear(2)), [1, 3])).toThrow(/residual/)
    const wired = residual(conv1d(2, 3, { kernelSize: 1 }), conv1d(2, 3, { kernelSize: 1 }))
    expect([...inferenceGraph(wired, [1, 2, 4]).variables.keys()]).toEqual([
      'body.weight',
      'body.bias',
      'shortcut.weight',
      'shortcut.bias',
    ])
  })

  it('branches join their channels', async () => {
    const model = branches({
      max: maxPool2d({ kernelSize: 2 }),
      same: maxPool2d({ kernelSize: 2 }),
    })
    expect(await outputOf(model, [1, 1, 2, 2])).toEqual([3, 3])
  })
})
