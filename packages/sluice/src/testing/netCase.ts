import { backwardGraph } from '../engine/autodiff/backwardGraph.ts'
import type { Device } from '../engine/device/device.ts'
import { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import type { Value } from '../engine/graph/value.ts'
import { batchNorm } from '../engine/ops/batchNorm/batchNorm.ts'
import { updateRunning } from '../engine/ops/batchNorm/updateRunning.ts'
import type { Pair } from '../engine/ops/convolution/geometry.ts'
import { dropout } from '../engine/ops/dropout/dropout.ts'
import { gatedConv } from '../engine/ops/gatedConvolution/gatedConv.ts'
import { globalAveragePool } from '../engine/ops/globalAveragePool/globalAveragePool.ts'
import { gradientNorm } from '../engine/ops/gradientNorm/gradientNorm.ts'
import { linear } from '../engine/ops/linear/linear.ts'
import { maxPool } from '../engine/ops/maxPool/maxPool.ts'
import { sgdUpdate } from '../engine/ops/sgdUpdate/sgdUpdate.ts'
import { softmaxCrossEntropy } from '../engine/ops/softmaxCrossEntropy/softmaxCrossEntropy.ts'
import { verifyPlan } from '../engine/planning/verifyPlan.ts'
import { compileGraph } from '../engine/runtime/compile.ts'
import { constantInitialiser, uniformInitialiser } from '../foundation/initialiser.ts'
import { present } from '../foundation/invariant.ts'
import { Random } from '../foundation/random.ts'
import { elementCount, type Shape } from '../foundation/shape.ts'

const batch = 3
const classes = 5
const inputShape: Shape = [batch, 3, 5, 12, 10]
const steps = 3

const same: readonly [Pair, Pair, Pair] = [
  [1, 1],
  [1, 1],
  [1, 1],
]
const none: readonly [Pair, Pair, Pair] = [
  [0, 0],
  [0, 0],
  [0, 0],
]

function gatedLayer(
  builder: GraphBuilder,
  x: Value,
  name: string,
  outChannels: number,
  activation: 'none' | 'relu',
): Value {
  const inChannels = x.shape[1] ?? 1
  const shape = [outChannels, inChannels, 3, 3, 3]
  const bound = uniformInitialiser(1 / Math.sqrt(inChannels * 27))
  const variable = (part: string, size: Shape) =>
    builder.variable(`${name}.${part}`, size, 'parameter', bound)
  const inputs = [
    x,
    variable('weight', shape),
    variable('gateWeight', shape),
    variable('bias', [outChannels]),
    variable('gateBias', [outChannels]),
  ]
  const attributes = {
    stride: [1, 1, 1] as const,
    padding: same,
    dilation: [1, 1, 1] as const,
    groups: 1,
    bias: true,
    featureActivation: 'none' as const,
    gateActivation: 'sigmoid' as const,
    activation,
  }
  return builder.applyOne(gatedConv, inputs, attributes, name)
}

function normLayer(builder: GraphBuilder, x: Value): Value {
  const shape = [x.shape[1] ?? 1]
  const start = constantInitialiser
  const weight = builder.variable('norm.weight', shape, 'parameter', start(1))
  const bias = builder.variable('norm.bias', shape, 'parameter', start(0))
  const [y, mean, variance] = builder.apply(batchNorm, [x, weight, bias], { epsilon: 1e-5 }, 'norm')
  builder.apply(
    updateRunning,
    [
      builder.variable('norm.runningMean', shape, 'buffer', start(0)),
      builder.variable('norm.runningVariance', shape, 'buffer', start(1)),
      present(mean, 'mean'),
      present(variance, 'variance'),
    ],
    { momentum: 0.1, count: elementCount(x.shape) / (x.shape[1] ?? 1) },
    'norm',
  )
  return present(y, 'y')
}

/** A small gated network's whole training step: forward, backward, clipping, update. */
function trainingGraph(): GraphBuilder {
  const builder = new GraphBuilder()
  const x = builder.input('x', inputShape)
  const labels = builder.input('labels', [batch], { type: 'int32', kind: 'plain' })
  const step = builder.input('step', [], { type: 'int32', kind: 'plain' })
  const rate = builder.input('rate', [], { kind: 'plain' })
  let h = gatedLayer(builder, x, 'gated1', 6, 'relu')
  h = normLayer(builder, h)
  h = builder.applyOne(
    maxPool,
    [h],
    { kernelSize: [1, 2, 2], stride: [1, 2, 2], padding: none, dilation: [1, 1, 1] },
    'pool',
  )
  h = gatedLayer(builder, h, 'gated2', 8, 'none')
  h = builder.applyOne(dropout, [h, step], { probability: 0.25, seed: 7, stream: 1 }, 'drop')
  h = builder.applyOne(globalAveragePool, [h], {}, 'mean')
  const bound = uniformInitialiser(1 / Math.sqrt(8))
  const head = [
    h,
    builder.variable('head.weight', [classes, 8], 'parameter', bound),
    builder.variable('head.bias', [classes], 'parameter', bound),
  ]
  const logits = builder.applyOne(linear, head, { bias: true }, 'head')
  const smoothing = { labelSmoothing: 0.1 }
  const loss = builder.applyOne(softmaxCrossEntropy, [logits, labels], smoothing, 'loss')
  const seed = builder.input('seed', [], { kind: 'plain' })
  const { parameters } = builder
  const gradients = backwardGraph(builder, new Map([[loss, seed]]), parameters).map((gradient) =>
    present(gradient, 'gradient'),
  )
  const [norm, scale] = builder.apply(gradientNorm, gradients, { maxNorm: 0.5 }, 'clip')
  parameters.forEach((parameter, index) => {
    const buffer = builder.variable(
      `momentum.${parameter.name}`,
      parameter.shape,
      'buffer',
      constantInitialiser(0),
    )
    builder.apply(
      sgdUpdate,
      [parameter, present(gradients[index], 'gradient'), rate, present(scale, 'scale'), buffer],
      { momentum: 0.9, weightDecay: 1e-3, nesterov: false, scaled: true },
      parameter.name,
    )
  })
  builder.output('loss', loss)
  builder.output('logits', logits)
  builder.output('norm', present(norm, 'norm'))
  return builder
}

/**
 * Trains the small gated network for a few steps on a device. Gives the outputs of every step and all
 * variables at the end, to be compared with another device's.
 */
export async function runNet(device: Device): Promise<Map<string, Float32Array>> {
  const session = compileGraph(trainingGraph().finish(), { device, seed: 3 })
  verifyPlan(session.plan)
  const results = new Map<string, Float32Array>()
  for (let step = 0; step < steps; step++) {
    const random = new Random(5, 'clip', step)
    const x = Float32Array.from({ length: elementCount(inputShape) }, () => random.uniform(-1, 1))
    const labels = Int32Array.from({ length: batch }, () => random.integer(classes))
    const outputs = await session.run({ x, labels, step, rate: 0.05, seed: 1 })
    for (const [name, { data }] of Object.entries(outputs)) results.set(`${name}@${step}`, data)
  }
  for (const name of session.variables.names) results.set(name, session.variables.read(name))
  session.dispose()
  session.variables.dispose()
  return results
}
