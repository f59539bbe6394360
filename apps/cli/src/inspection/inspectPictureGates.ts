import { type GateMap, gateMaps, isInpainter, SluiceError } from 'sluice'
import { openDevice } from '../models/openDevice.ts'
import { openModel } from '../models/openModel.ts'
import { tiled } from '../pictures/pixels.ts'
import { type SheetLine, sheetPng } from '../pictures/sheet.ts'
import { number } from '../report/histogramChart.ts'
import { type LayerOfHole, pictureGatesPage } from '../report/pictureGatesPage.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'
import { gatePictures } from './gatePictures.ts'
import { holeOpening } from './holeOpening.ts'
import { factsOf } from './openInspection.ts'
import { type TakenPicture, takePicture } from './takePicture.ts'
import { checkOutputs, writePictures } from './writePictures.ts'

export interface InspectPictureGatesOptions {
  readonly photo: string
  readonly mask: string
  readonly outputs: readonly string[]
  readonly threads?: number
  readonly terminal: Terminal
}

/** Gates beside each other on a sheet. */
const ACROSS = 2

/** `sluice inspect model --gates photo --mask mask`: how a hole closes, layer by layer. */
export async function inspectPictureGates(
  path: string,
  options: InspectPictureGatesOptions,
): Promise<void> {
  const { outputs, photo, mask, terminal } = options
  checkOutputs(outputs, [path, photo, mask])
  const file = openModel(path)
  const { model, weights } = file
  if (!isInpainter(model)) {
    throw new SluiceError('usage', 'this network fills no holes, so it takes no mask', {
      where: path,
      received: model.type,
      fix: 'leave --mask out and show it a clip: --gates <clip>',
    })
  }
  const picture = await takePicture(photo, mask, model)
  const device = await openDevice(options)
  try {
    const maps = await gateMaps(model, { device, weights, input: picture.input })
    const layers = maps.filter(isLearned).map(
      (map): LayerOfHole => ({
        ...gatePictures(map, [picture.shown]),
        ...{ hole: holeOpening(map, picture.hole, picture.size) },
      }),
    )
    if (layers.length === 0) {
      throw new SluiceError('unsupported', 'this network has no gated layer', { where: path })
    }
    await writePictures(outputs, {
      html: () => pictureGatesPage(picture, layers, factsOf(path, file)),
      png: () => sheetPng(sheetOf(picture, layers)),
    })
    report(path, picture, layers, terminal)
    for (const output of outputs) terminal.note(`written: ${printable(output)}`)
  } finally {
    await device.dispose()
  }
}

/** Products with the mask itself, which has no activation, are no gates that a layer learned. */
function isLearned({ activation }: GateMap): boolean {
  return activation !== 'none'
}

function report(
  path: string,
  { path: photo, maskPath, size, notes }: TakenPicture,
  layers: readonly LayerOfHole[],
  terminal: Terminal,
): void {
  if (terminal.json) {
    terminal.jsonLine({
      ...{ file: path, photo, mask: maskPath, size: [size.width, size.height], notes },
      layers: layers.map(({ map, statistics, hole }) => ({
        ...{ path: map.path, op: map.op, activation: map.activation, shape: map.opening.shape },
        ...{ hole, ...statistics },
      })),
    })
    return
  }
  const { paint, columns } = terminal
  for (const note of notes) terminal.note(printable(note))
  const rows = layers.map(({ map, statistics: { mean }, hole }) => [
    printable(map.path),
    `[${map.opening.shape.slice(1).join(', ')}]`,
    number(mean),
    number(hole.inside),
    number(hole.around),
  ])
  const titles = [
    ...[{ title: 'layer' }, { title: 'gate', whole: true }],
    ...['mean opening', 'in the hole', 'around it'].map((title) => ({ title, numbers: true })),
  ]
  terminal.result(table(titles, rows, { columns, paint }))
}

function sheetOf(
  { path, maskPath, shown }: TakenPicture,
  layers: readonly LayerOfHole[],
): SheetLine[] {
  return [
    { title: 'how the hole closes, layer by layer' },
    {
      text: `${path}, hole of ${maskPath}; each gate from its weakest (dark) to its strongest place (bright)`,
    },
    { pictures: [shown] },
    ...layers.flatMap(({ map, hole, contrast, through }): SheetLine[] => [
      { title: map.path },
      {
        text: `mean opening ${number(hole.inside)} in the hole, ${number(hole.around)} around it; right: what is let through`,
      },
      { pictures: [tiled([contrast, ...(through === undefined ? [] : [through])], ACROSS)] },
    ]),
  ]
}
