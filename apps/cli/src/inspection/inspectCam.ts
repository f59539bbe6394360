import { type GradCam, gradCam, SluiceError } from 'sluice'
import { softmax } from 'sluice/training'
import { openDevice } from '../models/openDevice.ts'
import { tiled } from '../pictures/pixels.ts'
import { type SheetLine, sheetPng } from '../pictures/sheet.ts'
import { byClass } from '../report/byClass.ts'
import { type CamFacts, camPage } from '../report/camPage.ts'
import { framesLead } from '../report/gatesPage.ts'
import { percent } from '../report/percent.ts'
import { bar, probabilityBars } from '../terminal/bars.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'
import { type CamPictures, camPictures } from './camPictures.ts'
import { ACROSS, ROW, SIDE } from './gatePictures.ts'
import { factsOf, openInspection } from './openInspection.ts'
import type { TakenClip } from './takeClip.ts'
import { checkOutputs, writePictures } from './writePictures.ts'

/** Classes named with their probabilities. */
const ANSWERS = 5

export interface InspectCamOptions {
  readonly clip: string
  readonly at?: number
  /** Name of the class to explain. Default: the one the network says. */
  readonly className?: string
  readonly layer?: string
  readonly outputs: readonly string[]
  readonly threads?: number
  readonly terminal: Terminal
}

/** `sluice inspect model --cam clip`: where the network looked when it named the clip. */
export async function inspectCam(path: string, options: InspectCamOptions): Promise<void> {
  const { outputs, layer } = options
  checkOutputs(outputs, [path, options.clip])
  const { file, clip } = await openInspection(path, options, { side: SIDE, row: ROW })
  const { model, weights } = file
  const classIndex = indexOf(options.className, file.classes, path)
  const device = await openDevice(options)
  try {
    const cam = await gradCam(model, {
      ...{ device, weights, input: clip.input },
      ...(classIndex === undefined ? {} : { classIndex }),
      ...(layer === undefined ? {} : { layer }),
    })
    const outcome = outcomeOf(cam, file.classes)
    const pictures = camPictures(cam.map, clip)
    const facts: CamFacts = { ...factsOf(path, file), ...outcome }
    await writePictures(outputs, {
      html: () => camPage(clip, pictures, facts),
      png: () => sheetPng(sheetOf(clip, pictures, outcome)),
    })
    report(path, clip, pictures, outcome, options)
  } finally {
    await device.dispose()
  }
}

type Outcome = Pick<CamFacts, 'explained' | 'layer' | 'mapShape' | 'answers'> & {
  readonly label: string
  readonly probabilities: Readonly<Record<string, number>>
}

function outcomeOf({ logits, classes, layer, map }: GradCam, named: readonly string[]): Outcome {
  const values = softmax(logits.data)
  const names = Array.from(values, (_, i) => named[i] ?? String(i))
  const ranked = names
    .map((name, i) => ({ name, probability: values[i] ?? 0 }))
    .sort((a, b) => b.probability - a.probability)
  return {
    explained: names[classes[0] ?? 0] ?? '',
    ...{ layer, mapShape: map.shape.slice(1) },
    answers: ranked.slice(0, ANSWERS),
    label: ranked[0]?.name ?? '',
    probabilities: byClass(names, values),
  }
}

function indexOf(
  name: string | undefined,
  classes: readonly string[],
  where: string,
): number | undefined {
  if (name === undefined) return undefined
  const index = classes.indexOf(name)
  if (index >= 0) return index
  throw new SluiceError('usage', `--class does not know "${name}"`, {
    where,
    expected: classes.length > 0 ? classes.join(', ') : 'a model that names its classes',
  })
}

function report(
  path: string,
  clip: TakenClip,
  { moments }: CamPictures,
  outcome: Outcome,
  { terminal, outputs }: InspectCamOptions,
): void {
  const { explained, layer, mapShape, label, probabilities } = outcome
  if (terminal.json) {
    terminal.jsonLine({
      ...{ file: path, clip: clip.path, label, probabilities, class: explained, layer, mapShape },
      frames: moments,
    })
  } else {
    const { paint, columns } = terminal
    terminal.result(`${printable(framesLead(clip))}\n\n${paint('bold', printable(label))}\n`)
    terminal.result(probabilityBars(probabilities, { limit: ANSWERS, columns, paint }))
    const most = Math.max(...moments.map(({ share }) => share)) || 1
    const rows = moments.map(({ share, time }) => {
      return `  ${clip.moment(time).padEnd(8)}  ${bar(share / most, 24).padEnd(24)} ${percent(share).padStart(7)}\n`
    })
    const nothing = moments.every(({ share }) => share === 0)
    const said = nothing ? ': nothing in this clip speaks for it' : ', frame by frame'
    terminal.result(`\nwhere it looked for ${printable(explained)} (${layer})${said}\n`)
    if (!nothing) terminal.result(rows.join(''))
  }
  for (const output of outputs) terminal.note(`written: ${printable(output)}`)
}

function sheetOf(
  clip: TakenClip,
  { overlay, moments }: CamPictures,
  outcome: Outcome,
): SheetLine[] {
  const { explained, layer, answers } = outcome
  return [
    { title: `where it looked for ${explained}` },
    { text: framesLead(clip) },
    { pictures: [tiled(clip.shown, ACROSS)] },
    { pictures: [overlay] },
    { text: `part of each frame: ${moments.map(({ share }) => percent(share, 0)).join(' · ')}` },
    { text: `Grad-CAM by layer ${layer}` },
    {
      text: `said: ${answers.map(({ name, probability }) => `${name} ${percent(probability)}`).join(', ')}`,
    },
  ]
}
