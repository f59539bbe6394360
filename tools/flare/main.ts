/** Renders the action clips: see `--help`, and fixtures/actions/README.md for what is made of them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'
import { encodeAnimatedWebp } from './animatedWebp.ts'
import { planBodySplit } from './bodySplit.ts'
import { FRAME_SECONDS } from './clock.ts'
import { clipsToShow, writeContactSheet } from './contactSheet.ts'
import { Definitions } from './definitions.ts'
import { planEquipmentSplit } from './equipmentSplit.ts'
import { renderClip, Sheets } from './figure.ts'
import { openFlarePackage } from './flarePackage.ts'
import { parseLayerOrder } from './layerOrder.ts'
import { HELP, type Options, readOptions } from './options.ts'
import { type ClipPlan, SETS } from './plan.ts'

const PACKAGE_FOLDER = 'data/flare-package'
const CLIPS_BETWEEN_REPORTS = 64

async function make(options: Options): Promise<void> {
  if (options.contact === undefined) refuseToMix(options.out)
  const data = openFlarePackage(options.deb, PACKAGE_FOLDER)
  const definitions = new Definitions(data.modsFolder)
  const plans = planClips(options, definitions, data.layerOrderFile)
  const sheets = new Sheets()
  const render = (plan: ClipPlan) => renderClip(plan, definitions, sheets, options.size)

  if (options.contact !== undefined) {
    const clips = await Promise.all(clipsToShow(plans).map(render))
    await writeContactSheet(clips, options.size, options.contact)
    return
  }
  let bytes = 0
  for (const [index, plan] of plans.entries()) {
    const file = await encodeAnimatedWebp(await render(plan), options.size, FRAME_SECONDS * 1000)
    const folder = join(options.out, plan.set, plan.action)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${plan.name}.webp`), file)
    bytes += file.length
    report(index + 1, plans.length, bytes)
  }
  const counts = SETS.map((set) => `${set} ${plans.filter((plan) => plan.set === set).length}`)
  console.log(`${options.out}: ${counts.join(', ')} clips, ${(bytes / 1e6).toFixed(2)} MB`)
}

function planClips(options: Options, definitions: Definitions, layerOrderFile: string): ClipPlan[] {
  const order = parseLayerOrder(readFileSync(layerOrderFile, 'utf8'), 'hero_layers.txt')
  const { clips, seed } = options
  if (options.split === 'equipment') return planEquipmentSplit(clips, seed, order)
  const { testSpecies: test, validSpecies: valid } = options
  return planBodySplit(definitions, { clips, seed, order, test, valid })
}

/** Clips of two makings in one folder would be a data set that no command describes. */
function refuseToMix(folder: string): void {
  const there = SETS.map((set) => join(folder, set)).find((path) => existsSync(path))
  if (there === undefined) return
  throw new SluiceError('usage', 'there are clips already', {
    where: there,
    fix: 'name another folder with --out, or remove this one first',
  })
}

function report(done: number, total: number, bytes: number): void {
  const line = `rendered ${done} of ${total} clips, ${(bytes / 1e6).toFixed(2)} MB`
  if (process.stderr.isTTY) process.stderr.write(`\r${line}${done === total ? '\n' : ''}`)
  else if (done % (CLIPS_BETWEEN_REPORTS * 8) === 0) console.error(line)
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) console.log(HELP)
  else await make(options)
} catch (error) {
  if (!(error instanceof SluiceError)) throw error
  console.error(error.message)
  process.exitCode = error.code === 'usage' ? 2 : 1
}
