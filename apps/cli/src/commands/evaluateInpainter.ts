import { resolve } from 'node:path'
import { type Device, SluiceError } from 'sluice'
import { FeatureDistance, type Mask, type Rgb } from 'sluice/inpainting'
import { reportSkipped } from '../clipSets/prepareClips.ts'
import { reasonOf } from '../clipSets/readingErrors.ts'
import type { Skipped } from '../clips/walkFolders.ts'
import { exitCodes } from '../exitCodes.ts'
import { writeAtomically } from '../files/atomicFile.ts'
import { checkPage } from '../files/checkPage.ts'
import { type OpenedInpainter, openInpainter } from '../filling/openInpainter.ts'
import {
  classicalFills,
  type FillPicture,
  networkFill,
} from '../inpainterEvaluation/fillPictures.ts'
import {
  bucketOf,
  type FillMeasures,
  meanMeasures,
  measureFill,
} from '../inpainterEvaluation/measureFills.ts'
import { opencvFills } from '../inpainterEvaluation/opencvFills.ts'
import {
  hashOf,
  type MaskSource,
  maskMaker,
  squareOf,
  type TestPicture,
} from '../inpainterEvaluation/testPictures.ts'
import { findPhotos } from '../inpainterTraining/findPhotos.ts'
import { perceptualNetwork } from '../inpainterTraining/perceptualNetwork.ts'
import { openDevice } from '../models/openDevice.ts'
import { isPhotoError } from '../photos/loadPhoto.ts'
import { type FilledPicture, type FillTable, fillsPage } from '../report/fillsPage.ts'
import { plural } from '../terminal/quantities.ts'
import { table } from '../terminal/table.ts'
import { Terminal } from '../terminal/terminal.ts'

export interface EvaluateInpainterOptions {
  /** A folder, or a seed in digits. */
  readonly masks?: string
  readonly size?: number
  readonly html?: string
  readonly classical?: boolean
  readonly threads?: number
  readonly relaxedSimd?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

interface Evaluation {
  readonly methods: readonly string[]
  readonly pictures: readonly FilledPicture[]
  readonly tables: readonly FillTable[]
  readonly hash: string
}

/** `sluice evaluate-inpainter`: how well a network fills holes, beside the classical methods. */
export async function evaluateInpainter(
  modelPath: string,
  photos: string,
  options: EvaluateInpainterOptions,
): Promise<number> {
  const { json = false, quiet = false, size = 256, html, threads, relaxedSimd = false } = options
  const terminal = new Terminal({ json, quiet })
  const when = new Date().toISOString()
  if (html !== undefined) checkPage(html, [modelPath])
  const opened = openInpainter(modelPath)
  const maskSource = maskSourceOf(options.masks ?? '0')
  const { pictures, skipped } = await testPictures(photos, maskSource, size, terminal)
  reportSkipped(skipped, terminal)
  const device = await openDevice({ ...(threads === undefined ? {} : { threads }), relaxedSimd })
  try {
    const evaluation = await evaluate(opened, pictures, device, options, terminal)
    const { hash, tables, methods } = evaluation
    if (json) {
      const each = evaluation.pictures.map(({ picture, fills }) => ({
        photo: picture.name,
        fills: Object.fromEntries(fills.map(({ measures }, i) => [methods[i], measures])),
      }))
      const means = tables.map(({ title, rows }) => ({ title, means: Object.fromEntries(rows) }))
      const facts = { model: opened.path, size, pictures: hash }
      terminal.jsonLine({ ...facts, tables: means, photos: each, skipped })
    } else {
      for (const one of tables) terminal.result(`${tableText(one, terminal)}\n`)
      terminal.result(`pictures and masks: sha256 ${hash}\n`)
    }
    if (html !== undefined) {
      const page = await fillsPage({
        title: `How well ${opened.path} fills holes`,
        when,
        command: `sluice evaluate-inpainter ${modelPath} ${photos} --masks ${options.masks ?? '0'} --size ${size}`,
        facts: [
          ['model', opened.path],
          ['pictures and masks', `sha256 ${hash}`],
          ['size', `${size} × ${size}, the middle of each photo`],
          ...skipped.map(({ path, reason }) => ['skipped', `${path}: ${reason}`] as const),
        ],
        ...evaluation,
      })
      writeAtomically(resolve(html), new TextEncoder().encode(page))
      terminal.note(`report: ${html}`)
    }
    return exitCodes.done
  } finally {
    await device.dispose()
  }
}

/** Photos with their holes; what cannot be read, or has no hole, is skipped. */
async function testPictures(
  folder: string,
  source: MaskSource,
  size: number,
  terminal: Terminal,
): Promise<{ readonly pictures: TestPicture[]; readonly skipped: readonly Skipped[] }> {
  const found = await findPhotos(folder)
  const { photos } = found
  const maskOf = await maskMaker(source, size)
  const pictures: TestPicture[] = []
  const skipped = [...found.skipped]
  for (const [index, { path }] of photos.entries()) {
    terminal.progress(() => `reading ${index + 1} of ${plural(photos.length, 'photo')}`)
    const mask = await maskOf(index)
    const fault = faultOf(mask)
    try {
      const truth = await squareOf(resolve(folder, path), size)
      if (fault === undefined) pictures.push({ name: path, truth, mask })
      else skipped.push({ path, reason: fault })
    } catch (error) {
      if (!isPhotoError(error)) throw error
      skipped.push({ path, reason: reasonOf(error) })
    }
  }
  terminal.clear()
  if (pictures.length > 0) return { pictures, skipped }
  const [first] = skipped
  throw new SluiceError('data', 'no picture is left to be filled', {
    where: folder,
    ...(first === undefined ? {} : { received: `${first.path}: ${first.reason}` }),
  })
}

function faultOf({ pixels }: Mask): string | undefined {
  if (!pixels.includes(1)) return 'its mask has no hole'
  return pixels.includes(0) ? undefined : 'its mask covers everything'
}

async function evaluate(
  { model, weights }: OpenedInpainter,
  pictures: readonly TestPicture[],
  device: Device,
  { size = 256, classical = true }: EvaluateInpainterOptions,
  terminal: Terminal,
): Promise<Evaluation> {
  const network = networkFill(model, weights, device, size)
  using features = new FeatureDistance(device, perceptualNetwork().weights)
  const opencv = classical ? opencvFills(pictures) : undefined
  if (classical && opencv === undefined) {
    terminal.note('without Telea and Navier-Stokes: python3-opencv is not installed')
  }
  const made = (fills: readonly Rgb[]): FillPicture => {
    const byPicture = new Map(pictures.map((picture, i) => [picture, fills[i]]))
    return async (picture) => byPicture.get(picture) ?? picture.truth
  }
  const methods: readonly (readonly [string, FillPicture])[] = [
    ['this model', network.fill],
    ...(classical ? classicalFills : []),
    ...(opencv === undefined
      ? []
      : ([
          ['Telea', made(opencv.telea)],
          ['Navier-Stokes', made(opencv.navierStokes)],
        ] as const)),
  ]
  const filled: FilledPicture[] = []
  try {
    for (const [index, picture] of pictures.entries()) {
      terminal.progress(() => `filling ${index + 1} of ${plural(pictures.length, 'picture')}`)
      const fills: { readonly filled: Rgb; readonly measures: FillMeasures }[] = []
      for (const [, fill] of methods) {
        const pixels = await fill(picture)
        fills.push({ filled: pixels, measures: await measureFill(pixels, picture, features) })
      }
      filled.push({ picture, fills })
    }
  } finally {
    network.dispose()
  }
  terminal.clear()
  const names = methods.map(([name]) => name)
  return {
    methods: names,
    pictures: filled,
    tables: tablesOf(names, filled),
    hash: hashOf(pictures),
  }
}

/** All pictures together, then by how much of them is hole. */
function tablesOf(methods: readonly string[], all: readonly FilledPicture[]): FillTable[] {
  const tableOf = (title: string, pictures: readonly FilledPicture[]): FillTable => ({
    title: `${title}, ${plural(pictures.length, 'picture')}`,
    rows: methods.map((name, i) => [
      name,
      meanMeasures(pictures.flatMap(({ fills }) => fills[i]?.measures ?? [])),
    ]),
  })
  const buckets = [...new Set(all.map(({ picture }) => bucketOf(picture)))].sort()
  return [
    tableOf('All', all),
    ...buckets.map((bucket) =>
      tableOf(
        `Hole ${bucket}`,
        all.filter(({ picture }) => bucketOf(picture) === bucket),
      ),
    ),
  ]
}

function tableText({ title, rows }: FillTable, { paint, columns }: Terminal): string {
  const numbers = ['hole PSNR', 'SSIM', 'L1', 'PSNR', 'SSIM', 'L1', 'features']
  const cells = rows.map(([name, m]) => [
    name,
    ...[m.holePsnr.toFixed(2), m.holeSsim.toFixed(3), m.holeL1.toFixed(4)],
    ...[m.psnr.toFixed(2), m.ssim.toFixed(3), m.l1.toFixed(4), m.featureDistance.toFixed(4)],
  ])
  const heads = [{ title: 'method' }, ...numbers.map((name) => ({ title: name, numbers: true }))]
  return `${paint('bold', title)}\n${table(heads, cells, { columns, paint })}`
}

function maskSourceOf(text: string): MaskSource {
  return /^\d{1,9}$/.test(text) ? { seed: Number(text) } : { folder: resolve(text) }
}
