import { backwardGraph } from '../engine/autodiff/backwardGraph.ts'
import type { Device } from '../engine/device/device.ts'
import { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import { type Module, Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { checkWeights, compileGraph } from '../engine/runtime/compile.ts'
import { SluiceError } from '../foundation/errors.ts'
import { type Float32Tensor, type NamedTensors, tensor } from '../foundation/hostTensor.ts'
import { present } from '../foundation/invariant.ts'
import { elementCount, formatShape } from '../foundation/shape.ts'
import { explainedValue, requireGradients } from './explainedValue.ts'

/** What `gradCam` explains, and by which layer. */
export interface GradCamOptions {
  readonly device: Device
  /** Values of all variables by name, as `compile` takes them. */
  readonly weights: NamedTensors
  /** What is shown to the network, batch first: `[N, C, …space]`. */
  readonly input: Float32Tensor
  /** The class to explain, for all inputs of the batch. Default: each input's most likely one. */
  readonly classIndex?: number
  /** Name of a layer in the model. Default: the last one with a convolution. */
  readonly layer?: string
}

/** Where a network looked when it said a class. */
export interface GradCam {
  /** The layer whose output was weighed. */
  readonly layer: string
  /** `[N, classes]`. */
  readonly logits: Float32Tensor
  /** The class explained, per input. */
  readonly classes: readonly number[]
  /** How much each place and moment spoke for the class, from 0: `[N, …space of the layer]`. */
  readonly map: Float32Tensor
}

/**
 * Grad-CAM (Selvaraju et al. 2017, "Grad-CAM: visual explanations from deep networks via
 * gradient-based localization", eq. 1 and 2), in as many dimensions as the network has: with A the
 * last convolution's activation and y the class's logit, `map = relu(Σ_c mean(∂y/∂A_c) · A_c)`, the mean
 * over space and time. A convolution's activation is what stands after the norm and rectifier that
 * follow it.
 *
 * @throws SluiceError `unsupported` for a model without convolution or an op without gradient behind
 * it, `usage` for a layer or class that is not there
 */
export async function gradCam(model: Module, options: GradCamOptions): Promise<GradCam> {
  const { device, weights, input, classIndex, layer } = options
  const builder = new GraphBuilder()
  const x = builder.input('input', input.shape)
  const logits = model.build(new Scope(builder, 'inference'), x)
  const [batch = 1, classes = 1] = checkedLogits(logits, input)
  if (classIndex !== undefined && !isIndex(classIndex, classes)) {
    throw noSuchClass(classIndex, classes)
  }
  const { value, path } = explainedValue(builder.nodesSoFar, logits, layer)
  requireGradients(builder.nodesSoFar, value, logits)
  const seed = builder.input('logitGradient', logits.shape)
  const [gradient] = backwardGraph(builder, new Map([[logits, seed]]), [value])
  builder.output('logits', logits)
  builder.output('activation', value)
  builder.output('gradient', present(gradient, 'gradient'))
  const graph = builder.finish()
  checkWeights(graph, weights)

  using session = compileGraph(graph, { device, weights })
  const chosen = new Array<number>(batch).fill(classIndex ?? 0)
  if (classIndex === undefined) {
    session.step({ input, logitGradient: new Float32Array(batch * classes) })
    const { data } = session.read('logits')
    chosen.forEach((_, n) => {
      chosen[n] = largest(data.subarray(n * classes, (n + 1) * classes))
    })
  }
  const oneHot = new Float32Array(batch * classes)
  chosen.forEach((index, n) => {
    oneHot[n * classes + index] = 1
  })
  const outputs = await session.run({ input, logitGradient: oneHot })
  return {
    layer: path,
    logits: present(outputs.logits, 'logits'),
    classes: chosen,
    map: weigh(present(outputs.activation, 'activation'), present(outputs.gradient, 'gradient')),
  }
}

/** `relu(Σ_c mean(gradient_c) · activation_c)` per input. */
function weigh(activation: Float32Tensor, gradient: Float32Tensor): Float32Tensor {
  const [batch = 1, channels = 1, ...space] = activation.shape
  const places = elementCount(space)
  const map = new Float32Array(batch * places)
  const sums = new Float64Array(places)
  for (let n = 0; n < batch; n++) {
    sums.fill(0)
    for (let c = 0; c < channels; c++) {
      const at = (n * channels + c) * places
      let weight = 0
      for (let i = 0; i < places; i++) weight += gradient.data[at + i] as number
      weight /= places
      for (let i = 0; i < places; i++) {
        sums[i] = (sums[i] as number) + weight * (activation.data[at + i] as number)
      }
    }
    for (let i = 0; i < places; i++) map[n * places + i] = Math.max(0, sums[i] as number)
  }
  return tensor([batch, ...space], map)
}

function checkedLogits({ shape }: Value, input: Float32Tensor): readonly number[] {
  if (shape.length === 2 && shape[0] === input.shape[0]) return shape
  throw new SluiceError(
    'unsupported',
    'only networks that end in one logit per class are explained',
    {
      expected: `[${input.shape[0]}, classes]`,
      received: formatShape(shape),
    },
  )
}

function noSuchClass(classIndex: number, classes: number): SluiceError {
  return new SluiceError('usage', 'there is no such class', {
    expected: `0 to ${classes - 1}`,
    received: String(classIndex),
  })
}

function largest(values: Float32Array): number {
  let best = 0
  values.forEach((value, i) => {
    if (value > (values[best] ?? value)) best = i
  })
  return best
}

function isIndex(value: number, count: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value < count
}
