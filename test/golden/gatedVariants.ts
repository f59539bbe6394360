import {
  type ActivationKind,
  type GatedConvolutionOptions,
  type GateKind,
  gatedConv1d,
  gatedConv2d,
  gatedConv3d,
  type Module,
} from '../../packages/sluice/src/entrypoints/index.ts'

const layers = [gatedConv1d, gatedConv2d, gatedConv3d]

/** The table of fixtures/gated/variants.py, row by row, made of the library's layer. */
export const gatedVariants: ReadonlyMap<string, Module> = new Map([...functions(), ...kinds()])

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
