import { resolve } from 'node:path'
import {
  isInpainter,
  type Module,
  type RecogniseHints,
  recogniseStateDict,
  SluiceError,
  writeModelFile,
} from 'sluice'
import { type PerChannel, preprocessing, type VideoPreprocessing } from 'sluice/data'
import { readWeights } from 'sluice/formats'
import { exitCodes } from '../exitCodes.ts'
import { checkWritable, writeAtomically } from '../files/atomicFile.ts'
import { readInputFile, refuseOverwriting } from '../files/paths.ts'
import { requireModelPath } from '../models/modelPath.ts'
import { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'

export interface ConvertOptions {
  readonly output: string
  readonly classes?: readonly string[]
  readonly frames?: number
  readonly size?: number
  readonly fps?: number
  readonly mean?: PerChannel
  readonly std?: PerChannel
  readonly causal?: boolean
  readonly fuse?: 'on' | 'off'
  readonly bgr?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

/** Frames per second where nobody says: what `sluice train` uses. */
const USUAL_FPS = 10

/** `sluice convert`: weights from elsewhere as a model file. */
export async function convert(path: string, options: ConvertOptions): Promise<number> {
  const { json = false, quiet = false } = options
  const terminal = new Terminal({ json, quiet })
  const output = resolve(options.output)
  refuseOverwriting(output, [path])
  requireModelPath(output)
  checkWritable(output)

  const { tensors, metadata, format, notes } = readWeights(readInputFile(path), path)
  if (metadata['sluice.version'] !== undefined) {
    throw new SluiceError('usage', 'this is a model file of Sluice already', {
      where: path,
      fix: `use it as it is; sluice inspect ${path} shows what is in it`,
    })
  }
  const recognised = recogniseStateDict(tensors, hintsOf(options))
  const { model, weights, classes: outputs, input } = recognised
  refuseOptionsOfOthers(model, options)
  const { classes = [] } = options
  if (classes.length > 0 && classes.length !== outputs) {
    throw new SluiceError('usage', 'the network has another number of outputs than class names', {
      where: '--classes',
      expected: `${outputs} names`,
      received: `${classes.length}: ${classes.join(', ')}`,
    })
  }
  const fills = isInpainter(model)
  const view = fills ? undefined : preprocessingFor(input, options)
  const file = writeModelFile({
    model,
    weights,
    classes,
    ...(input === undefined ? {} : { input }),
    ...(view === undefined ? {} : { preprocessing: view }),
    ...(fills ? { training: { imported: recognised.explanation } } : {}),
  })
  writeAtomically(output, file)

  const assumed = fills ? [] : assumptions(view, options, outputs)
  const said = [...notes, ...recognised.explanation, ...assumed]
  if (json) {
    terminal.jsonLine({
      file: options.output,
      format,
      model: model.describe(),
      ...(fills ? {} : { classes: outputs }),
      input,
      preprocessing: view,
      explanation: said,
    })
  }
  terminal.note(`${path} (${format}):`)
  for (const sentence of said) terminal.note(`  ${printable(sentence)}`)
  terminal.note(`written to ${options.output}`)
  return exitCodes.done
}

/** What is said of clips means nothing to a network that fills pictures, and the reverse. */
function refuseOptionsOfOthers(model: Module, options: ConvertOptions): void {
  const { classes, fps, mean, std, frames, size, causal, fuse, bgr } = options
  const ofClips = {
    ...{ '--classes': classes, '--frames': frames, '--size': size, '--causal': causal },
    ...{ '--fps': fps, '--mean': mean, '--std': std },
  }
  const given = isInpainter(model) ? ofClips : { '--fuse': fuse, '--bgr': bgr }
  const stray = Object.entries(given).find(([, value]) => value !== undefined)
  if (stray === undefined) return
  throw new SluiceError('usage', `${stray[0]} does not apply to these weights`, {
    expected: isInpainter(model) ? '--fuse or --bgr' : 'options of clips',
    received: `a network of type ${model.type}`,
  })
}

function hintsOf(options: ConvertOptions): RecogniseHints {
  return { ...clipHints(options), ...pictureHints(options) }
}

function pictureHints({ fuse, bgr = false }: ConvertOptions): RecogniseHints {
  return { bgr, ...(fuse === undefined ? {} : { fuse: fuse === 'on' }) }
}

function clipHints({ frames, size, causal = false }: ConvertOptions): RecogniseHints {
  if (frames === undefined && size === undefined) return { causal }
  if (frames === undefined || size === undefined) {
    throw new SluiceError('usage', 'the size of a clip needs both --frames and --size')
  }
  return { causal, clip: [frames, size, size] }
}

/** How clips become this network's input; undefined where nothing says its size, or it is no colour clip. */
function preprocessingFor(
  input: readonly number[] | undefined,
  options: ConvertOptions,
): VideoPreprocessing | undefined {
  const [channels = 3, depth, height, width] = input ?? []
  const frames = depth ?? options.frames
  const size = height ?? options.size
  if (channels !== 3 || frames === undefined || size === undefined) return undefined
  if (width !== undefined && width !== size) return undefined
  const { fps = USUAL_FPS, mean, std } = options
  return preprocessing({
    frames,
    size,
    fps,
    ...(mean === undefined ? {} : { mean }),
    ...(std === undefined ? {} : { std }),
  })
}

/** What no weights say, and what was taken for it. */
function assumptions(
  view: VideoPreprocessing | undefined,
  options: ConvertOptions,
  outputs: number,
): string[] {
  const said: string[] = []
  if (options.classes === undefined) {
    said.push(`the ${outputs} classes have no names; give them with --classes`)
  }
  if (view === undefined) {
    said.push('how clips become its input is not known; say it with --frames, --size and --fps')
  } else if (options.fps === undefined || options.mean === undefined || options.std === undefined) {
    said.push(
      `assumed of its input: ${view.fps} frames per second, mean ${view.mean.join(', ')} and ` +
        `deviation ${view.std.join(', ')} of colours from 0 to 1; ` +
        'if it was trained otherwise, say so with --fps, --mean and --std',
    )
  }
  return said
}
