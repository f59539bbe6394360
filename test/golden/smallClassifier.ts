import { backwardGraph } from '../../packages/sluice/src/engine/autodiff/backwardGraph.ts'
import type { Graph } from '../../packages/sluice/src/engine/graph/graph.ts'
import { GraphBuilder } from '../../packages/sluice/src/engine/graph/graphBuilder.ts'
import type { Value } from '../../packages/sluice/src/engine/graph/value.ts'
import {
  activation,
  adamwUpdate,
  batchNorm,
  gatedConv,
  globalAveragePool,
  gradientNorm,
  linear,
  maxPool,
  sgdUpdate,
  softmaxCrossEntropy,
  updateRunning,
} from '../../packages/sluice/src/engine/ops/allOps.ts'
import type { Triple } from '../../packages/sluice/src/engine/ops/convolution/geometry.ts'
import { constantInitialiser } from '../../packages/sluice/src/foundation/initialiser.ts'
import { present } from '../../packages/sluice/src/foundation/invariant.ts'
import { elementCount } from '../../packages/sluice/src/foundation/shape.ts'
import type { GoldenRun, GoldenTraining } from './goldens.ts'

const zeros = constantInitialiser(0)
const padding = [
  [1, 1],
  [1, 1],
  [1, 1],
] as const
const noPadding = [
  [0, 0],
  [0, 0],
  [0, 0],
] as const

/** One training step of the network in fixtures/goldens/training.py, built op by op. */
export function smallClassifierStep(golden: GoldenTraining, run: GoldenRun): Graph {
  const builder = new GraphBuilder()
  const parameter = (name: string): Value => {
    const spec = golden.parameters.find((entry) => entry.name === name)
    return builder.variable(name, present(spec, name).shape, 'parameter', zeros)
  }
  const gated = (x: Value, name: string, stride: Triple) =>
    builder.applyOne(
      gatedConv,
      [
        x,
        parameter(`${name}.feature.weight`),
        parameter(`${name}.gate.weight`),
        parameter(`${name}.feature.bias`),
        parameter(`${name}.gate.bias`),
      ],
      {
        stride,
        padding,
        dilation: [1, 1, 1],
        groups: 1,
        bias: true,
        featureActivation: 'none',
        gateActivation: 'sigmoid',
        activation: stride[2] === 2 ? 'relu' : 'none',
      },
      name,
    )
  const x = builder.input('x', golden.shape)
  const labels = builder.input('labels', [golden.batch], { type: 'int32', kind: 'plain' })
  const first = gated(x, 'gated1', [1, 1, 1])
  const [normal, mean, variance] = builder.apply(
    batchNorm,
    [first, parameter('norm.weight'), parameter('norm.bias')],
    { epsilon: 1e-5 },
    'norm',
  )
  const channels = [first.shape[1] ?? 1]
  builder.apply(
    updateRunning,
    [
      builder.variable('runningMean', channels, 'buffer', zeros),
      builder.variable('runningVariance', channels, 'buffer', constantInitialiser(1)),
      present(mean, 'mean'),
      present(variance, 'variance'),
    ],
    { momentum: 0.1, count: elementCount(first.shape) / (first.shape[1] ?? 1) },
    'norm',
  )
  const positive = builder.applyOne(
    activation,
    [present(normal, 'y')],
    { kind: 'relu' as const },
    'relu',
  )
  const window = { kernelSize: [1, 2, 2], stride: [1, 2, 2], dilation: [1, 1, 1] } as const
  const pooled = builder.applyOne(maxPool, [positive], { ...window, padding: noPadding }, 'pool')
  const second = gated(pooled, 'gated2', [1, 2, 2])
  const features = builder.applyOne(globalAveragePool, [second], {}, 'mean')
  const logits = builder.applyOne(
    linear,
    [features, parameter('head.weight'), parameter('head.bias')],
    { bias: true },
    'head',
  )
  const { labelSmoothing, maxNorm } = golden
  const loss = builder.applyOne(softmaxCrossEntropy, [logits, labels], { labelSmoothing }, 'loss')
  const seed = builder.input('seed', [], { kind: 'plain' })
  const { parameters } = builder
  const gradients = backwardGraph(builder, new Map([[loss, seed]]), parameters).map((gradient) =>
    present(gradient, 'gradient'),
  )
  const [norm, scale] = builder.apply(gradientNorm, gradients, { maxNorm }, 'clip')
  parameters.forEach((target, index) => {
    update(builder, run, target, present(gradients[index], 'gradient'), present(scale, 'scale'))
  })
  builder.output('loss', loss)
  builder.output('norm', present(norm, 'norm'))
  return builder.finish()
}

function update(
  builder: GraphBuilder,
  { kind, options }: GoldenRun,
  target: Value,
  gradient: Value,
  scale: Value,
): void {
  const rate = builder.input('rate', [], { kind: 'plain' })
  const buffer = (name: string) =>
    builder.variable(`${name}.${target.name}`, target.shape, 'buffer', zeros)
  const weightDecay = Number(options.weightDecay)
  if (kind === 'sgd') {
    const { momentum, nesterov } = options
    builder.apply(
      sgdUpdate,
      [target, gradient, rate, scale, buffer('momentum')],
      { momentum: Number(momentum), nesterov: nesterov === true, weightDecay, scaled: true },
      target.name,
    )
    return
  }
  const step = builder.input('step', [], { type: 'int32', kind: 'plain' })
  const { beta1, beta2, epsilon } = options
  builder.apply(
    adamwUpdate,
    [target, gradient, rate, step, scale, buffer('first'), buffer('second')],
    {
      beta1: Number(beta1),
      beta2: Number(beta2),
      epsilon: Number(epsilon),
      weightDecay,
      coupledDecay: kind === 'adam',
      scaled: true,
    },
    target.name,
  )
}
