import { gateMaps, SluiceError } from 'sluice'
import { openDevice } from '../models/openDevice.ts'
import { histogramPicture } from '../pictures/histogramPicture.ts'
import { tiled } from '../pictures/pixels.ts'
import { type SheetLine, sheetPng } from '../pictures/sheet.ts'
import { framesLead, gatesPage } from '../report/gatesPage.ts'
import { number } from '../report/histogramChart.ts'
import { percent } from '../report/percent.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'
import { ACROSS, type GatePictures, gatePictures, ROW, SIDE } from './gatePictures.ts'
import { factsOf, openInspection } from './openInspection.ts'
import type { TakenClip } from './takeClip.ts'
import { checkOutputs, writePictures } from './writePictures.ts'

export interface InspectGatesOptions {
  readonly clip: string
  readonly at?: number
  readonly outputs: readonly string[]
  readonly threads?: number
  readonly terminal: Terminal
}

/** `sluice inspect model --gates clip`: what every gated layer lets through. */
export async function inspectGates(path: string, options: InspectGatesOptions): Promise<void> {
  const { outputs } = options
  checkOutputs(outputs, [path, options.clip])
  const { file, clip } = await openInspection(path, options, { side: SIDE, row: ROW })
  const device = await openDevice(options)
  try {
    const { model, weights } = file
    const maps = await gateMaps(model, { device, weights, input: clip.input })
    if (maps.length === 0) {
      throw new SluiceError('unsupported', 'this network has no gated layer', {
        where: path,
        fix: 'see where it looks instead: --cam',
      })
    }
    const layers = maps.map((map) => gatePictures(map, clip.shown))
    await writePictures(outputs, {
      html: () => gatesPage(clip, layers, factsOf(path, file)),
      png: () => sheetPng(sheetOf(clip, layers)),
    })
    report(path, clip, layers, options)
  } finally {
    await device.dispose()
  }
}

function report(
  path: string,
  clip: TakenClip,
  layers: readonly GatePictures[],
  { terminal, outputs }: InspectGatesOptions,
): void {
  if (terminal.json) {
    terminal.jsonLine({
      ...{ file: path, clip: clip.path, times: clip.times },
      layers: layers.map(({ map, statistics }) => ({
        ...{ path: map.path, op: map.op, activation: map.activation, shape: map.opening.shape },
        ...statistics,
      })),
    })
  } else {
    const { paint, columns } = terminal
    terminal.result(`${printable(framesLead(clip))}\n\n`)
    const rows = layers.map(({ map, statistics: { mean, closed, open, histogram } }) => [
      printable(map.path),
      map.activation,
      number(mean),
      percent(closed),
      percent(open),
      sparkline(histogram),
    ])
    const titles = [
      ...[{ title: 'layer' }, { title: 'gate', whole: true }],
      ...['mean', 'closed < 0.1', 'open > 0.9'].map((title) => ({ title, numbers: true })),
      { title: 'values, low to high' },
    ]
    terminal.result(table(titles, rows, { columns, paint }))
  }
  for (const output of outputs) terminal.note(`written: ${printable(output)}`)
}

/** A histogram in one line of text. */
function sparkline(histogram: readonly number[]): string {
  const most = Math.max(...histogram)
  const steps = ' ▁▂▃▄▅▆▇█'
  return histogram
    .map((share) => steps[most === 0 ? 0 : Math.ceil((share / most) * (steps.length - 1))])
    .join('')
}

function sheetOf(clip: TakenClip, layers: readonly GatePictures[]): SheetLine[] {
  return [
    { title: 'what each gated layer lets through' },
    { text: framesLead(clip) },
    { pictures: [tiled(clip.shown, ACROSS)] },
    ...layers.flatMap(({ map, statistics, heat, scale, through, axes }): SheetLine[] => [
      { title: map.path },
      {
        text:
          `gate ${map.activation}, [${map.opening.shape.join(', ')}]: mean ${number(statistics.mean)}, ` +
          `closed ${percent(statistics.closed)}, open ${percent(statistics.open)}; ` +
          `${number(scale[0])} dark to ${number(scale[1])} bright${axes === '' ? '' : `, ${axes}`}; ` +
          'right: how often which value',
      },
      { pictures: [heat, histogramPicture(statistics, 240, Math.min(SIDE, heat.height))] },
      ...(through === undefined ? [] : [{ pictures: [through] }]),
    ]),
  ]
}
