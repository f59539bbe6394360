import { compile, type ModelFile, SluiceError } from 'sluice'
import { inputShape, type Preprocessing } from 'sluice/data'
import { openDevice } from './openDevice.ts'
import { openModel } from './openModel.ts'

/** A trained network that is ready to name clips. */
export interface Classifier extends AsyncDisposable {
  /** Names of the outputs; their numbers where the file names none. */
  readonly classes: readonly string[]
  readonly preprocessing: Preprocessing
  /** The file as read. */
  readonly file: ModelFile<Preprocessing>
  /** `[batch, C, D, H, W]` to `[batch, classes]`. */
  logits(inputs: Float32Array): Float32Array
}

/**
 * Opens a model file for classifying so many clips at a time.
 * @throws SluiceError `unsupported` when the file does not say how clips become its input
 */
export async function openClassifier(
  path: string,
  options: {
    readonly batch: number
    readonly threads?: number
    readonly relaxedSimd?: boolean
    readonly maxMemory?: number
  },
): Promise<Classifier> {
  const { batch } = options
  const file = openModel(path)
  const { model, weights, classes: named, preprocessing } = file
  if (preprocessing === undefined) {
    throw new SluiceError('unsupported', 'this model does not say how clips become its input', {
      where: path,
      fix: 'convert it again with --frames, --size and --fps',
    })
  }
  const device = await openDevice(options)
  const session = compile(model, { device, input: [batch, ...inputShape(preprocessing)], weights })
  const outputs = session.plan.graph.outputs.get('output')?.shape[1] ?? named.length
  return {
    classes: named.length > 0 ? named : Array.from({ length: outputs }, (_, i) => String(i)),
    preprocessing,
    file,
    logits(inputs) {
      session.step({ input: inputs })
      return session.read('output').data
    },
    async [Symbol.asyncDispose]() {
      session.dispose()
      await device.dispose()
    },
  }
}
