import { resolve } from 'node:path'
import { compile, type HostTensor, SluiceError, toFloat32 } from 'sluice'
import { readSafetensors, writeSafetensors } from 'sluice/formats'
import { exitCodes } from '../exitCodes.ts'
import { checkWritable, writeAtomically } from '../files/atomicFile.ts'
import { readInputFile, refuseOverwriting } from '../files/paths.ts'
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
  const input = inputTensor(inputPath)
  const device = await openDevice(options)
  try {
    const session = compile(model, { device, input: input.shape, weights })
    session.step({ input: toFloat32(input) })
    const result = session.read('output')
    session.dispose()
    writeAtomically(output, writeSafetensors(new Map([['output', result]])))
    if (json) terminal.jsonLine({ input: input.shape, output: result.shape, file: options.output })
    else {
      terminal.note(
        `${options.output}: output float32 [${result.shape.join(', ')}] from input [${input.shape.join(', ')}]`,
      )
    }
    return exitCodes.done
  } finally {
    await device.dispose()
  }
}

function inputTensor(path: string): HostTensor {
  const { tensors } = readSafetensors(readInputFile(path), path)
  const input = tensors.get('input')
  if (input === undefined) {
    throw new SluiceError('missing', 'there is no tensor "input"', {
      where: path,
      expected: 'a float32 tensor "input" of shape [N, C, D, H, W]',
      received: [...tensors.keys()].slice(0, 8).join(', ') || 'no tensors',
    })
  }
  if (input.dtype !== 'float32') {
    throw new SluiceError('data', 'the tensor "input" must be float32', {
      where: path,
      received: input.dtype,
    })
  }
  return input
}
