import {
  compile,
  type ModelFile,
  type ModelSummary,
  type NamedTensors,
  SluiceError,
  summary,
} from 'sluice'
import type { Preprocessing } from 'sluice/data'
import { readWeights } from 'sluice/formats'
import { exitCodes } from '../exitCodes.ts'
import { readInputFile } from '../files/paths.ts'
import { inputShape } from '../models/inputShape.ts'
import { openDevice } from '../models/openDevice.ts'
import { openModel } from '../models/openModel.ts'
import { clipsText } from '../report/clipsText.ts'
import { type LayerRow, layerRows } from '../report/layerRows.ts'
import { bytes, count, plural, short } from '../terminal/quantities.ts'
import { table } from '../terminal/table.ts'
import { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'
import { wrapped } from '../terminal/wrapped.ts'

export interface InspectOptions {
  readonly input?: readonly number[]
  readonly tensors?: boolean
  /** A clip to look at the gates with, or a photo with `mask`. */
  readonly gates?: string
  /** The hole of the photo. */
  readonly mask?: string
  /** A clip to explain. */
  readonly cam?: string
  readonly at?: number
  readonly class?: string
  readonly layer?: string
  readonly output?: readonly string[]
  readonly threads?: number
  readonly json?: boolean
}

/** Characters of a network's options that the terminal shows. */
const optionsShown = 400

/** Columns of the names before what is said of a model. */
const NAME_COLUMNS = 18

/** Bytes that running a network takes. */
interface Memory {
  readonly weightBytes: number
  /** All intermediate values together, in one block that is planned once. */
  readonly arenaBytes: number
  /** Weights in the order that kernels want. */
  readonly preparedBytes: number
}

/** `sluice inspect`: what is in a model file; of any other file with tensors, these. */
export async function inspect(path: string, options: InspectOptions): Promise<number> {
  const terminal = new Terminal({ json: options.json ?? false })
  if (options.gates !== undefined || options.cam !== undefined) {
    return await lookInside(path, options, terminal)
  }
  refuseWithoutClip(options)
  const { tensors, metadata, format, notes } = readWeights(readInputFile(path), path)
  if (metadata['sluice.version'] === undefined) {
    if (terminal.json)
      terminal.jsonLine({ file: path, format, tensors: plainTensors(tensors), metadata })
    else printTensors(path, tensors, [`no model of sluice: ${format} tensors`, ...notes], terminal)
    return exitCodes.done
  }
  const file = openModel(path)
  const input = inputShape(options.input, file, { where: path })
  const described = summary(file.model, input)
  const memory = await memoryOf(file, input)
  const { classes, preprocessing, training } = file
  if (terminal.json) {
    const model = file.model.describe()
    terminal.jsonLine({ file: path, model, classes, preprocessing, training, ...described, memory })
    return exitCodes.done
  }
  printModel(path, file, described, memory, terminal)
  if (options.tensors === true) printTensors(path, tensors, ['tensors'], terminal)
  return exitCodes.done
}

/** `--gates` and `--cam`: what the network does with one clip. */
async function lookInside(
  path: string,
  options: InspectOptions,
  terminal: Terminal,
): Promise<number> {
  const { gates, cam, at, mask, layer, threads, output: outputs = [] } = options
  const common = {
    ...{ outputs, terminal },
    ...(at === undefined ? {} : { at }),
    ...(threads === undefined ? {} : { threads }),
  }
  if (gates !== undefined && cam !== undefined) {
    throw new SluiceError('usage', '--gates and --cam are two different views', {
      fix: 'ask for one at a time',
    })
  }
  if (cam !== undefined) {
    if (mask !== undefined) throw new SluiceError('usage', '--mask is an option of --gates')
    const { inspectCam } = await import('../inspection/inspectCam.ts')
    const className = options.class
    await inspectCam(path, {
      ...common,
      clip: cam,
      ...(className === undefined ? {} : { className }),
      ...(layer === undefined ? {} : { layer }),
    })
  } else if (gates !== undefined) {
    if (options.class !== undefined || layer !== undefined) {
      throw new SluiceError('usage', '--class and --layer are options of --cam')
    }
    if (mask !== undefined) {
      if (at !== undefined) throw new SluiceError('usage', '--at is a moment of a clip')
      const { inspectPictureGates } = await import('../inspection/inspectPictureGates.ts')
      await inspectPictureGates(path, { ...common, photo: gates, mask })
      return exitCodes.done
    }
    const { inspectGates } = await import('../inspection/inspectGates.ts')
    await inspectGates(path, { ...common, clip: gates })
  }
  return exitCodes.done
}

function refuseWithoutClip(options: InspectOptions): void {
  const { output, at, mask, layer, class: className } = options
  const given = {
    ...{ '--output': output, '--at': at, '--mask': mask },
    ...{ '--layer': layer, '--class': className },
  }
  const stray = Object.entries(given).find(([, value]) => value !== undefined)
  if (stray === undefined) return
  throw new SluiceError('usage', `${stray[0]} needs something to look at`, {
    fix: mask === undefined ? 'add --gates <clip> or --cam <clip>' : 'add --gates <photo>',
  })
}

/** Plans the network as it would run, which allocates what it says and gives it back. */
async function memoryOf(
  { model, weights }: ModelFile<Preprocessing>,
  input: readonly number[],
): Promise<Memory> {
  const device = await openDevice({ threads: 1 })
  try {
    const session = compile(model, { device, input, weights })
    const { arenaBytes, preparedBytes } = session.plan
    session.dispose()
    return { weightBytes: byteCount(weights), arenaBytes, preparedBytes }
  } finally {
    await device.dispose()
  }
}

function printModel(
  path: string,
  file: ModelFile<Preprocessing>,
  described: ModelSummary,
  memory: Memory,
  terminal: Terminal,
): void {
  const { paint, columns } = terminal
  const { model, classes, preprocessing: view, training } = file
  const say = (name: string, text: string): void => {
    wrapped(text, columns - NAME_COLUMNS).forEach((line, i) => {
      terminal.result(`${(i === 0 ? name : '').padEnd(NAME_COLUMNS)}${line}\n`)
    })
  }
  terminal.result(`${paint('bold', printable(path))}\n`)
  say('network', model.type)
  const { type: _, ...options } = model.describe()
  say('options', printable(shortened(plainText(options))))
  if (classes.length > 0) say('classes', `${classes.length}: ${classes.map(printable).join(', ')}`)
  if (view !== undefined) {
    say('clips', clipsText(view))
  }
  say('input', `[${described.inputShape.join(', ')}]`)
  say('output', `[${described.outputShape.join(', ')}]`)
  say(
    'parameters',
    `${count(described.parameters)} and ${count(described.bufferValues)} running statistics`,
  )
  say('multiply-adds', `${short(described.multiplyAdds)} for this input`)
  say('receptive field', receptiveFieldText(layerRows(described.layers)))
  say(
    'memory',
    `weights ${bytes(memory.weightBytes)}, arena ${bytes(memory.arenaBytes)} (values one by one: ${bytes(described.activationBytes)}), prepared ${bytes(memory.preparedBytes)}`,
  )
  Object.entries(training ?? {}).forEach(([name, value], i) => {
    say(i === 0 ? 'training' : '', `${name}: ${printable(plainText(value))}`)
  })
  const layers = layerRows(described.layers)
  const rows = layers.map((layer) => [
    printable(layer.path),
    layer.ops,
    `[${layer.outputShape.join(', ')}]`,
    layer.parameters === 0 ? '' : count(layer.parameters),
    layer.multiplyAdds === 0 ? '' : short(layer.multiplyAdds),
    layer.receptiveField === 'whole' ? 'whole clip' : layer.receptiveField.join('×'),
  ])
  const titles = [
    { title: 'layer' },
    { title: 'ops' },
    { title: 'output', whole: true },
    { title: 'parameters', numbers: true },
    { title: 'mult-adds', numbers: true },
    { title: 'sees', numbers: true },
  ]
  terminal.result(`\n${table(titles, rows, { columns, paint })}`)
}

/** Networks of many layers have pages of options, which `--json` shows whole. */
function shortened(options: string): string {
  return options.length <= optionsShown
    ? options
    : `${options.slice(0, optionsShown)}… (--json: all)`
}

/** Nested plain data as `name value, name value`; what was not given is left out. */
function plainText(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)))
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) {
    const sentences = value.some((item) => typeof item === 'string' && item.includes(' '))
    return value.map(plainText).join(sentences ? '; ' : ' ')
  }
  return Object.entries(value)
    .filter(([, inner]) => inner !== null && !(Array.isArray(inner) && inner.length === 0))
    .map(([name, inner]) =>
      typeof inner === 'object' && !Array.isArray(inner)
        ? `${name} (${plainText(inner)})`
        : `${name} ${plainText(inner)}`,
    )
    .join(', ')
}

/** What the last layer sees that does not see everything. */
function receptiveFieldText(layers: readonly LayerRow[]): string {
  const fields = layers.flatMap(({ receptiveField }) =>
    receptiveField === 'whole' ? [] : [receptiveField],
  )
  const last = fields.at(-1)
  const whole = fields.length < layers.length
  if (last === undefined) return 'the whole clip'
  const frames = last[0] === 1 ? '' : `${last[0]} frames × `
  const size = `${frames}${last[1]}×${last[2]} pixels`
  return whole ? `${size} before the whole clip is pooled` : size
}

function printTensors(
  path: string,
  tensors: NamedTensors,
  notes: readonly string[],
  terminal: Terminal,
): void {
  const { paint, columns } = terminal
  terminal.result(`${paint('bold', printable(path))}\n`)
  for (const note of notes) terminal.result(`${printable(note)}\n`)
  terminal.result(`${plural(tensors.size, 'tensor')}, ${bytes(byteCount(tensors))}\n\n`)
  const rows = plainTensors(tensors).map(({ name, dtype, shape }) => [
    printable(name),
    dtype,
    `[${shape.join(', ')}]`,
  ])
  const titles = [{ title: 'name' }, { title: 'type' }, { title: 'shape', whole: true }]
  terminal.result(table(titles, rows, { columns, paint }))
}

function plainTensors(tensors: NamedTensors) {
  return [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape }))
}

function byteCount(tensors: NamedTensors): number {
  let total = 0
  for (const { data } of tensors.values()) total += data.byteLength
  return total
}
