import { resolve } from 'node:path'
import {
  compile,
  compileGraph,
  type Device,
  type Float32Tensor,
  type Inpainter,
  isInpainter,
  type Module,
  type NamedTensors,
  type Session,
} from 'sluice'
import { writeSafetensors } from 'sluice/formats'
import { inpaintingGraph } from 'sluice/inpainting'
import { exitCodes } from '../exitCodes.ts'
import { checkWritable, writeAtomically } from '../files/atomicFile.ts'
import { refuseOverwriting } from '../files/paths.ts'
import { inputTensor, picturesWithHoles } from '../models/inputTensors.ts'
import { openDevice } from '../models/openDevice.ts'
import { openModel } from '../models/openModel.ts'
import { Terminal } from '../terminal/terminal.ts'

export interface RunOptions {
  readonly output: string
  readonly threads?: number
  /** Bytes for the network and its steps. */
  readonly maxMemory?: number
  readonly relaxedSimd?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

/** `sluice run`: raw tensors through a network, for comparing with other programs. */
export async function run(
  modelPath: string,
  inputPath: string,
  options: RunOptions,
): Promise<number> {
  const { json = false, quiet = false } = options
  const terminal = new Terminal({ json, quiet })
  const output = resolve(options.output)
  refuseOverwriting(output, [modelPath, inputPath])
  checkWritable(output)
  const { model, weights } = openModel(modelPath)
  const task = isInpainter(model) ? fillingTask(model, inputPath) : plainTask(model, inputPath)
  const shapes = Object.fromEntries(
    Object.entries(task.inputs).map(([name, { shape }]) => [name, shape]),
  )
  const device = await openDevice(options)
  try {
    using session = task.compile({ device, weights })
    session.step(task.inputs)
    const result = session.read('output')
    writeAtomically(output, writeSafetensors(new Map([['output', result]])))
    if (json) {
      terminal.jsonLine({ ...shapes, output: result.shape, file: options.output })
    } else {
      const from = Object.entries(shapes).map(([name, shape]) => `${name} [${shape.join(', ')}]`)
      terminal.note(
        `${options.output}: output float32 [${result.shape.join(', ')}] from ${from.join(' and ')}`,
      )
    }
    return exitCodes.done
  } finally {
    await device.dispose()
  }
}

/** A network on what a file holds. */
interface Task {
  readonly inputs: Readonly<Record<string, Float32Tensor>>
  compile(options: { readonly device: Device; readonly weights: NamedTensors }): Session
}

function plainTask(model: Module, path: string): Task {
  const input = inputTensor(path)
  return {
    inputs: { input },
    compile: (options) => compile(model, { ...options, input: input.shape }),
  }
}

function fillingTask(model: Inpainter, path: string): Task {
  const { image, mask } = picturesWithHoles(path)
  const [batch = 1, , height = 1, width = 1] = image.shape
  return {
    inputs: { image, mask },
    compile: (options) => compileGraph(inpaintingGraph(model, { batch, height, width }), options),
  }
}
