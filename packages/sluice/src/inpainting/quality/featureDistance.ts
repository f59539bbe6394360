import type { Device } from '../../engine/device/device.ts'
import { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import { Scope } from '../../engine/graph/module.ts'
import { compileGraph } from '../../engine/runtime/compile.ts'
import type { Session } from '../../engine/runtime/session.ts'
import { SluiceError } from '../../foundation/errors.ts'
import type { Float32Tensor, NamedTensors } from '../../foundation/hostTensor.ts'
import { present } from '../../foundation/invariant.ts'
import { type Rgb, requireAlike } from './pixelError.ts'
import { resnet34Trunk } from './resnet34Trunk.ts'

const taps = ['f1', 'f2', 'f3'] as const
/** Below this length, a pixel's features are nearly nothing and have no direction. */
const leastLength = 1e-10
/** Of a smaller picture the last stage would see nothing. */
const leastSide = 19

/**
 * How differently two pictures look to a network that was trained to recognise things: the "ResNet-34
 * feature distance". At every place of three layers of `resnet34Trunk` the features are scaled to
 * length 1; the distance is the squared difference, averaged over places and over the layers. 0 for equal
 * pictures. Made as LPIPS is (Zhang et al. 2018) but without its weights: numbers of the two cannot be
 * compared.
 */
export class FeatureDistance implements Disposable {
  private readonly device: Device
  private readonly weights: NamedTensors
  private session: Session | undefined
  private size = ''

  /** @param weights of the trunk, as `tools/resnet34` converts them */
  constructor(device: Device, weights: NamedTensors) {
    this.device = device
    this.weights = weights
  }

  /**
   * A program is kept for the size that was seen last.
   * @throws SluiceError `shape` when sizes differ, or for pictures of less than 19 pixels a side
   */
  async between(a: Rgb, b: Rgb): Promise<number> {
    requireAlike(a, b)
    const features = await this.featuresOf(a)
    const others = await this.featuresOf(b)
    const distances = features.map((tensor, i) =>
      layerDistance(tensor, present(others[i], 'layer')),
    )
    return distances.reduce((sum, distance) => sum + distance, 0) / distances.length
  }

  dispose(): void {
    this.session?.dispose()
    this.session = undefined
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  private async featuresOf({ width, height, pixels }: Rgb): Promise<Float32Tensor[]> {
    if (Math.min(width, height) < leastSide) {
      throw new SluiceError('shape', 'the picture is too small for the network', {
        where: 'ResNet-34 feature distance',
        expected: `at least ${leastSide} × ${leastSide} pixels`,
        received: `${width} × ${height}`,
      })
    }
    const size = `${width} × ${height}`
    if (this.size !== size) this.dispose()
    this.size = size
    this.session ??= this.compiled(width, height)
    const area = width * height
    const picture = new Float32Array(3 * area)
    for (let i = 0; i < area; i++) {
      for (let c = 0; c < 3; c++) picture[c * area + i] = (pixels[3 * i + c] as number) / 127.5 - 1
    }
    const outputs = await this.session.run({ picture })
    return taps.map((tap) => present(outputs[tap], tap))
  }

  private compiled(width: number, height: number): Session {
    const builder = new GraphBuilder()
    const picture = builder.input('picture', [1, 3, height, width])
    resnet34Trunk(new Scope(builder, 'inference'), picture).forEach((value, i) => {
      builder.output(present(taps[i], 'tap'), value)
    })
    const graph = builder.finish()
    for (const name of graph.variables.keys()) {
      if (this.weights.has(name)) continue
      throw new SluiceError('missing', `there is no tensor "${name}"`, {
        where: 'ResNet-34 feature distance',
        fix: 'give the weights that tools/resnet34 converts',
      })
    }
    return compileGraph(graph, { device: this.device, weights: this.weights })
  }
}

function layerDistance(a: Float32Tensor, b: Float32Tensor): number {
  const channels = a.shape[1] ?? 1
  const places = a.data.length / channels
  const lengthsA = lengths(a.data, channels, places)
  const lengthsB = lengths(b.data, channels, places)
  let sum = 0
  for (let i = 0; i < a.data.length; i++) {
    const place = i % places
    const difference =
      (a.data[i] as number) / (lengthsA[place] as number) -
      (b.data[i] as number) / (lengthsB[place] as number)
    sum += difference * difference
  }
  return sum / places
}

function lengths(data: Float32Array, channels: number, places: number): Float64Array {
  const sums = new Float64Array(places)
  for (let i = 0; i < channels * places; i++) {
    sums[i % places] = (sums[i % places] as number) + (data[i] as number) ** 2
  }
  return sums.map((sum) => Math.max(leastLength, Math.sqrt(sum)))
}
