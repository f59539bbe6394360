import {
  type ActivationKind,
  batchNorm,
  type GateAnchor,
  type GatedConvolutionOptions,
  type GateKind,
  gatedConv1d,
  gatedConv2d,
  gatedConv3d,
  groupNorm,
  instanceNorm,
  type Module,
  type Padding,
} from '../../packages/sluice/src/entrypoints/index.ts'

const layers = [gatedConv1d, gatedConv2d, gatedConv3d]

/** The table of fixtures/gated/variants.py, row by row, made of the library's layer. */
export const gatedVariants: ReadonlyMap<string, Module> = new Map([
  ...functions(),
  ...kinds(),
  ...orders(),
  ...paddings(),
])

type Rows = Generator<readonly [string, Module]>

function* functions(): Rows {
  const features: readonly ActivationKind[] = [
    'none',
    'relu',
    'elu',
    'leakyRelu',
    'leakyRelu02',
    'tanh',
    'gelu',
    'silu',
  ]
  const gates: readonly ActivationKind[] = [
    'sigmoid',
    'tanh',
    'hardSigmoid',
    'none',
    'gelu',
    'silu',
    'relu',
    'onePlusSigmoid',
    'clamp',
  ]
  const shared = { kernelSize: 3, padding: 1 }
  for (const featureActivation of features) {
    for (const gateActivation of gates) {
      const options = { ...shared, featureActivation, gateActivation }
      yield [`full ${featureActivation} ${gateActivation}`, gatedConv1d(2, 3, options)]
    }
  }
  for (const [index, gateActivation] of gates.entries()) {
    const featureActivation = features[index % features.length] ?? 'none'
    const options = { ...shared, featureActivation, gateActivation, gateKind: 'pointwise' } as const
    yield [`product ${featureActivation} ${gateActivation}`, gatedConv2d(2, 4, options)]
  }
}

function* kinds(): Rows {
  const windows: Readonly<Record<string, GatedConvolutionOptions>> = {
    same: { kernelSize: 3, padding: 'same' },
    valid: { kernelSize: 3, bias: false },
    strided: { kernelSize: 3, stride: 2, padding: 1 },
    causal: { kernelSize: 2, padding: 'causal', dilation: 2 },
    uneven: { kernelSize: 2 },
  }
  const gateKinds: readonly GateKind[] = [
    'full',
    'pointwise',
    'singleChannel',
    'depthSeparable',
    'globalPool',
    'perGroup',
  ]
  for (const [index, layer] of layers.entries()) {
    const rank = `${index + 1}d`
    for (const gateKind of gateKinds) {
      for (const [window, options] of Object.entries(windows)) {
        if (
          rank === '3d' &&
          (window === 'valid' || window === 'uneven') &&
          gateKind !== 'pointwise'
        )
          continue
        const grouped = gateKind === 'full' || gateKind === 'perGroup'
        yield [
          `${rank} ${gateKind} ${window}`,
          layer(4, 6, {
            ...options,
            gateKind,
            featureActivation: 'elu',
            ...(gateKind === 'perGroup' ? { gateChannels: 2 } : {}),
            ...(grouped && window === 'strided' ? { groups: 2 } : {}),
          }),
        ]
      }
    }
    const shared = { kernelSize: 3, padding: 1 }
    const external = { gateKind: 'external', gateChannels: 2, featureActivation: 'tanh' } as const
    yield [`${rank} external`, layer(4, 6, { ...shared, ...external })]
    const identity = { gateKind: 'singleChannel', featureKind: 'identity' } as const
    yield [`${rank} identity`, layer(4, 4, { ...shared, ...identity })]
  }
}

function* orders(): Rows {
  const batch = batchNorm()
  const group = groupNorm(3)
  const norms = {
    'product batch': { norm: batch },
    'product instance': { norm: instanceNorm() },
    'feature group': { featureNorm: group },
    'gate batch': { gateNorm: batch },
    everywhere: { featureNorm: batch, gateNorm: group, norm: groupNorm(1) },
    nowhere: {},
  }
  for (const order of ['actThenGate', 'gateThenAct', 'residualThenGate'] as const) {
    for (const [name, given] of Object.entries(norms)) {
      for (const featureActivation of ['leakyRelu02', 'relu'] as const) {
        const both = name === 'nowhere' || name === 'product batch'
        if (featureActivation === 'relu' && !both) continue
        const options = { kernelSize: 3, padding: 1, featureActivation, order, ...given }
        yield [`${order} ${name} ${featureActivation}`, gatedConv2d(4, 6, options)]
      }
    }
  }
  const pairs = [
    [4, 4],
    [4, 3],
    [3, 5],
  ] as const
  for (const [from, to] of pairs) {
    for (const padding of ['causal', 0, 'same'] as const satisfies readonly Padding[]) {
      const anchor: GateAnchor = padding === 'same' ? 'centre' : 'newest'
      const options: GatedConvolutionOptions = {
        kernelSize: [3, 1],
        padding,
        anchor,
        order: 'residualThenGate',
        weights: 'joint',
        featureActivation: 'tanh',
      }
      yield [`residual ${from} to ${to} ${padding}`, gatedConv2d(from, to, options)]
    }
  }
}

function* paddings(): Rows {
  for (const [index, layer] of layers.entries()) {
    const rank = index + 1
    for (const paddingMode of ['reflect', 'replicate'] as const) {
      for (const gateKind of ['full', 'pointwise', 'depthSeparable'] as const) {
        if (rank === 3 && paddingMode === 'reflect' && gateKind !== 'full') continue
        const stride = rank === 3 ? 1 : 2
        yield [
          `${rank}d ${paddingMode} ${gateKind}`,
          layer(4, 3, { kernelSize: 3, padding: 'same', paddingMode, gateKind, stride }),
        ]
      }
    }
  }
  for (const [index, layer] of [gatedConv1d, gatedConv2d].entries()) {
    for (const mask of ['A', 'B'] as const) {
      for (const kernelSize of [3, 5]) {
        const options = { kernelSize, padding: 'same', mask, featureActivation: 'tanh' } as const
        yield [`${index + 1}d mask ${mask} ${kernelSize}`, layer(4, 3, options)]
      }
    }
  }
  for (const weights of ['apart', 'joint'] as const) {
    const shared = { kernelSize: 3, padding: 1, weights }
    for (const parametrisation of ['weightNorm', 'spectralNorm'] as const) {
      const options = { ...shared, parametrisation, bias: weights === 'apart' }
      yield [`${parametrisation} ${weights}`, gatedConv2d(4, 3, options)]
    }
    for (const gateKind of ['full', 'singleChannel'] as const) {
      yield [`${gateKind} ${weights} weights`, gatedConv2d(4, 6, { ...shared, gateKind })]
    }
  }
  const separable = { gateKind: 'depthSeparable', parametrisation: 'weightNorm' } as const
  yield [
    'weightNorm depthSeparable',
    gatedConv2d(4, 6, { kernelSize: 3, padding: 1, ...separable }),
  ]
}
