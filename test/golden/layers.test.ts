import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backwardGraph } from '../../packages/sluice/src/engine/autodiff/backwardGraph.ts'
import { GraphBuilder } from '../../packages/sluice/src/engine/graph/graphBuilder.ts'
import { Scope } from '../../packages/sluice/src/engine/graph/module.ts'
import type { ActivationKind } from '../../packages/sluice/src/engine/ops/activation/activationKinds.ts'
import type { AveragePoolAttributes } from '../../packages/sluice/src/engine/ops/averagePool/averagePool.ts'
import type { ConvAttributes } from '../../packages/sluice/src/engine/ops/convolution/conv.ts'
import type { ConvolutionAttributes } from '../../packages/sluice/src/engine/ops/convolution/geometry.ts'
import type { GatedConvAttributes } from '../../packages/sluice/src/engine/ops/gatedConvolution/gatedConv.ts'
import type { MaxPoolAttributes } from '../../packages/sluice/src/engine/ops/maxPool/maxPool.ts'
import { compileGraph } from '../../packages/sluice/src/engine/runtime/compile.ts'
import * as sluice from '../../packages/sluice/src/entrypoints/index.ts'
import { present } from '../../packages/sluice/src/foundation/invariant.ts'
import { elementCount } from '../../packages/sluice/src/foundation/shape.ts'
import { testedDevices } from './devices.ts'
import { formulaValues } from './formula.ts'
import { distanceFromGolden, type GoldenCase, goldens } from './goldens.ts'

/** What the layers call the inputs of their ops. */
const namesInLayers: Readonly<Record<string, readonly string[]>> = {
  weight: ['weight', 'feature.weight'],
  bias: ['bias', 'feature.bias'],
  gateWeight: ['gate.weight'],
  gateBias: ['gate.bias'],
  runningMean: ['running_mean'],
  runningVariance: ['running_var'],
}

function convolutionOptions(golden: GoldenCase) {
  const { stride, padding, dilation, groups, bias } =
    golden.attributes as unknown as ConvolutionAttributes & { bias: boolean }
  const [x, weight] = golden.inputs
  const kernelSize = present(weight, 'weight').shape.slice(2)
  const own = <T>(triple: readonly T[]) => triple.slice(3 - kernelSize.length)
  return {
    rank: kernelSize.length,
    inChannels: x?.shape[1] ?? 1,
    outChannels: weight?.shape[0] ?? 1,
    options: {
      kernelSize,
      stride: own(stride),
      padding: own(padding),
      dilation: own(dilation),
      groups,
      bias,
    },
  }
}

/** The layer that a person would write for a golden case, or undefined where ops have none. */
function layerOf(golden: GoldenCase): sluice.Module | undefined {
  const rank = (golden.inputs[0]?.shape.length ?? 2) - 2
  const own = <T>(triple: readonly T[]) => triple.slice(3 - rank)
  const withRelu = (module: sluice.Module, kind: 'none' | 'relu') =>
    kind === 'relu' ? sluice.sequential({ layer: module, relu: sluice.relu() }) : module
  switch (golden.op) {
    case 'conv': {
      const { inChannels, outChannels, options } = convolutionOptions(golden)
      const make = present([sluice.conv1d, sluice.conv2d, sluice.conv3d][rank - 1], 'layer')
      const { activation } = golden.attributes as unknown as ConvAttributes
      return withRelu(make(inChannels, outChannels, options), activation)
    }
    case 'gatedConv': {
      const { inChannels, outChannels, options } = convolutionOptions(golden)
      const makers = [sluice.gatedConv1d, sluice.gatedConv2d, sluice.gatedConv3d]
      const make = present(makers[rank - 1], 'layer')
      const gates = golden.attributes as unknown as GatedConvAttributes
      const { featureActivation, gateActivation, activation } = gates
      const all = { ...options, featureActivation, gateActivation }
      return withRelu(make(inChannels, outChannels, all), activation)
    }
    case 'maxPool': {
      const window = golden.attributes as unknown as MaxPoolAttributes
      const makers = [sluice.maxPool1d, sluice.maxPool2d, sluice.maxPool3d]
      return present(
        makers[rank - 1],
        'layer',
      )({
        kernelSize: own(window.kernelSize),
        stride: own(window.stride),
        padding: own(window.padding),
        dilation: own(window.dilation),
      })
    }
    case 'averagePool': {
      const window = golden.attributes as unknown as AveragePoolAttributes
      const makers = [sluice.averagePool1d, sluice.averagePool2d, sluice.averagePool3d]
      return present(
        makers[rank - 1],
        'layer',
      )({
        kernelSize: own(window.kernelSize),
        stride: own(window.stride),
        padding: own(window.padding),
        countIncludePad: window.countIncludePad,
      })
    }
    case 'globalAveragePool':
      return sluice.globalAveragePool()
    case 'activation':
      return sluice.activation(golden.attributes.kind as ActivationKind)
    case 'batchNorm':
    case 'batchNormInference':
      return sluice.batchNorm({ epsilon: Number(golden.attributes.epsilon) })
    case 'linear':
      return sluice.linear(golden.outputs[0]?.shape[1] ?? 1, {
        bias: golden.attributes.bias === true,
      })
    default:
      return undefined
  }
}

async function distances(golden: GoldenCase, module: sluice.Module, device: sluice.Device) {
  const mode = golden.op === 'batchNormInference' ? 'inference' : 'training'
  const builder = new GraphBuilder()
  const input = present(golden.inputs[0], 'input')
  const x = builder.input('x', input.shape)
  const y = module.build(new Scope(builder, mode), x)
  builder.output('y', y)
  const nameOf = (op: string) => {
    const wanted = namesInLayers[op] ?? []
    const parameters = [...builder.finish().variables.keys()]
    return parameters.find((name) => wanted.includes(name.replace(/^layer\./, '')))
  }
  const given: Record<string, sluice.SessionInput> = {
    x: formulaValues(elementCount(input.shape), input),
  }
  const variables = builder.parameters
  if (golden.seed !== undefined) {
    const seed = builder.input('seed', y.shape, { kind: y.kind })
    given.seed = formulaValues(elementCount(y.shape), { salt: golden.seed })
    const wanted = [x, ...variables]
    backwardGraph(builder, new Map([[y, seed]]), wanted).forEach((gradient, index) => {
      if (gradient !== undefined) builder.output(`d${wanted[index]?.name}`, gradient)
    })
  }
  const session = compileGraph(builder.finish(), { device })
  for (const weight of golden.inputs.slice(1)) {
    const name = present(nameOf(weight.name), `the layer's ${weight.name}`)
    session.variables.write(name, formulaValues(elementCount(weight.shape), weight))
  }
  const results = await session.run(given)
  const found: Record<string, number> = {
    y: distanceFromGolden(results.y?.data, present(golden.outputs[0], 'output')),
  }
  for (const kept of golden.gradients) {
    const name = kept.input === input.name ? 'x' : nameOf(kept.input)
    found[`d${name}`] = distanceFromGolden(results[`d${name}`]?.data, kept)
  }
  session.dispose()
  session.variables.dispose()
  return found
}

for (const { name, tolerance, make } of testedDevices) {
  describe(`layers on the ${name} device give what PyTorch gives, forward and backward`, () => {
    let device: sluice.Device

    beforeAll(async () => {
      device = await make()
    })

    afterAll(() => device.dispose())

    for (const golden of goldens.cases) {
      const layer = layerOf(golden)
      if (layer === undefined) continue
      it(`${layer.type}: ${golden.name}`, async () => {
        const found = await distances(golden, layer, device)
        expect(Object.keys(found).length).toBeGreaterThan(golden.gradients.length)
        expect(Object.entries(found).filter(([, far]) => !(far <= tolerance))).toEqual([])
      })
    }
  })
}
