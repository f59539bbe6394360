import { cpus } from 'node:os'
import { join } from 'node:path'
import { compile, type Device, type NamedTensors, readModelFile } from 'sluice'
import { readPreprocessing } from 'sluice/data'
import { harmonicFill, type JudgedPicture, judgeFills, type MaskedPicture } from 'sluice/inpainting'
import { readInputFile } from '../../../apps/cli/src/files/paths.ts'
import type { Terminal } from '../../../apps/cli/src/terminal/terminal.ts'
import { testPictures } from '../data/fillTask.ts'
import { contestants } from '../runs/planStudy.ts'
import type { TaskRecords } from '../runs/runStudy.ts'
import type { RunRecord, Task } from '../runs/task.ts'
import { runsOf } from '../statistics/comparison.ts'
import { gateRows } from './gateRows.ts'
import { measureSteps } from './measureSteps.ts'
import { fillsPicture, gatesPicture } from './pictures.ts'
import type { Results, TaskResults } from './results.ts'

/** Which of the test pictures are shown: spread over photographs, chosen before anything was trained. */
const SHOWN = [1, 18, 35, 52, 69, 86] as const
const SHOWN_WITH_GATES = [1, 35, 69] as const

/** Finished runs, and where their models are. */
export interface Finished {
  readonly records: readonly TaskRecords[]
  readonly folder: string
  readonly device: Device
  readonly threads: number
  readonly terminal: Terminal
}

/** Pictures of the document, by their names. */
export type PictureFiles = ReadonlyMap<string, Uint8Array | string>

/** All that the document says, and the pictures for which trained networks are needed. */
export async function collect(
  finished: Finished,
): Promise<{ readonly results: Results; readonly pictures: PictureFiles }> {
  const { records, device, terminal, threads } = finished
  const tasks: TaskResults[] = []
  for (const each of records) {
    terminal.note(`timing steps of ${each.task.name}`)
    tasks.push(await taskResults(each, device))
  }
  const filling = records.find(({ task }) => task.measure === 'psnr')
  const seen = filling === undefined ? undefined : await lookInside(filling, finished)
  const circumstances = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    threads,
    device: device.signature,
  }
  const results: Results = {
    format: 'sluice study 1',
    tasks,
    gates: seen?.gates ?? [],
    harmonic: seen?.harmonic ?? [],
    circumstances,
  }
  return { results, pictures: seen?.pictures ?? new Map() }
}

async function taskResults(
  { task, material, rates, runs }: TaskRecords,
  device: Device,
): Promise<TaskResults> {
  const times = await measureSteps(task, material, device)
  const networks = contestants(task).map((row) => {
    return { ...row, stepMs: times.get(row.variant) ?? Number.NaN }
  })
  const { name, title, measure, batch, input } = task
  const { counts, clusters } = material
  return { name, title, measure, batch, input, counts, clusters, networks, rates, runs }
}

/** What the inpainters made of the test pictures, and how their gates stood. */
async function lookInside({ task, runs }: TaskRecords, finished: Finished) {
  const { device, terminal, folder } = finished
  terminal.note('filling the test pictures again, and looking at the gates')
  const pictures = await testPictures(terminal)
  const weightsOf = (record: RunRecord) => storedWeights(folder, record)
  const fills: JudgedPicture[][] = []
  for (const variant of task.variants) {
    const [first] = runsOf(runs, variant)
    if (first !== undefined) fills.push(await filled(task, first, pictures, finished))
  }
  const gated = runsOf(runs, 'gated')
  const widths = gated[0]?.widths ?? task.base
  const gates = await gateRows(widths, gated.map(weightsOf), pictures, device)
  const harmonic: number[] = []
  await judgeFills(harmonicPaint, pictures, ({ psnr }) =>
    harmonic.push(Math.round(psnr * 1e4) / 1e4),
  )
  const [first] = gated
  const shown = SHOWN_WITH_GATES.flatMap((index) => pictures[index] ?? [])
  const files = new Map<string, Uint8Array>([['fills.png', await fillsPicture(fills, SHOWN)]])
  if (first !== undefined) {
    const network = { widths, weights: weightsOf(first) }
    files.set('gates.png', await gatesPicture(network, shown, device))
  }
  return { gates, harmonic, pictures: files }
}

async function filled(
  task: Task,
  record: RunRecord,
  pictures: readonly MaskedPicture[],
  { device, folder }: Finished,
): Promise<JudgedPicture[]> {
  const model = task.build(record.variant, record.widths)
  const judged: JudgedPicture[] = []
  const weights = storedWeights(folder, record)
  using session = compile(model, { device, input: task.input, weights })
  const paint = (inputs: Float32Array) => {
    session.step({ input: inputs })
    return session.read('output').data
  }
  await judgeFills(paint, pictures, (one) => judged.push(one))
  return judged
}

function storedWeights(folder: string, { id }: RunRecord): NamedTensors {
  const path = join(folder, `${id}.safetensors`)
  return readModelFile(readInputFile(path), path, readPreprocessing).weights
}

/** Harmonic filling as if it were a network: input `[1, 4, side, side]`. */
function harmonicPaint(inputs: Float32Array, input: readonly number[]): Float32Array {
  const side = input[2] ?? 1
  const area = side * side
  const pixels = Uint8Array.from(inputs.subarray(3 * area, 4 * area))
  const data = inputs.slice(0, 3 * area)
  const picture = { width: side, height: side, channels: 3, data }
  return harmonicFill(picture, { width: side, height: side, pixels }).data
}
