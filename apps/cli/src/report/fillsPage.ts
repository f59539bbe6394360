import type { Rgb } from 'sluice/inpainting'
import type { FillMeasures } from '../inpainterEvaluation/measureFills.ts'
import type { TestPicture } from '../inpainterEvaluation/testPictures.ts'
import { dataUriOf } from '../pictures/pixels.ts'
import { html, type Markup } from './markup.ts'
import { factList, page, section } from './page.ts'

/** What all methods made of one picture, in the order of their names. */
export interface FilledPicture {
  readonly picture: TestPicture
  readonly fills: readonly { readonly filled: Rgb; readonly measures: FillMeasures }[]
}

/** Means of a group of pictures, a row for each method. */
export interface FillTable {
  readonly title: string
  readonly rows: readonly (readonly [name: string, measures: FillMeasures])[]
}

export interface FillsPageOptions {
  readonly title: string
  readonly when: string
  readonly command: string
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly methods: readonly string[]
  readonly tables: readonly FillTable[]
  readonly pictures: readonly FilledPicture[]
}

const columns: readonly (readonly [keyof FillMeasures, string, number])[] = [
  ['holePsnr', 'hole PSNR, dB', 2],
  ['holeSsim', 'hole SSIM', 3],
  ['holeL1', 'hole L1', 4],
  ['psnr', 'PSNR, dB', 2],
  ['ssim', 'SSIM', 3],
  ['l1', 'L1', 4],
  ['featureDistance', 'ResNet-34 feature distance', 4],
]

/** How well holes were filled, in numbers and in pictures beside each other. */
export async function fillsPage(options: FillsPageOptions): Promise<string> {
  const { title, when, command, facts, methods, tables, pictures } = options
  const rows: Markup[] = []
  for (const picture of pictures) rows.push(await pictureRow(methods, picture))
  const body = html`${section('Means', html`${tables.map(measuresTable)}`, 'PSNR counts pixels of the hole, or all of the picture with the hole filled, after rounding to 8 bits. SSIM takes Gaussian windows of 11 pixels. L1 is the mean absolute difference, 1 from black to white. Less is better for L1 and the feature distance.')}
${section('Pictures', html`${rows}`)}
${section('How this was made', html`<code class="command">${command}</code>${factList(facts)}`)}`
  return page({
    title,
    kicker: `sluice inpainter evaluation · ${when.slice(0, 16).replace('T', ' ')} UTC`,
    body,
  })
}

function measuresTable({ title, rows }: FillTable): Markup {
  const head = columns.map(([, name]) => html`<th scope="col">${name}</th>`)
  const lines = rows.map(
    ([name, measures]) =>
      html`<tr><th scope="row">${name}</th>${columns.map(([key, , digits]) => html`<td>${shown(measures[key], digits)}</td>`)}</tr>\n`,
  )
  return html`<h3>${title}</h3><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="rows">
<thead><tr><th scope="col">method</th>${head}</tr></thead>
<tbody>
${lines}</tbody>
</table></div>
`
}

async function pictureRow(methods: readonly string[], filled: FilledPicture): Promise<Markup> {
  const { picture, fills } = filled
  const cells = [await cell('photo', picture.truth), await cell('with its hole', blanked(picture))]
  for (const [i, { filled: pixels, measures }] of fills.entries()) {
    cells.push(await cell(`${methods[i] ?? ''}, ${shown(measures.holePsnr, 2)} dB`, pixels))
  }
  return html`<article class="card"><div class="head"><h3>${picture.name}</h3></div><div class="body" style="display:flex;flex-wrap:wrap;gap:8px">${cells}</div></article>\n`
}

async function cell(caption: string, { width, height, pixels }: Rgb): Promise<Markup> {
  const uri = await dataUriOf({ width, height, data: pixels }, 'photograph')
  return html`<figure style="margin:0;width:13em"><img src="${uri}" width="${width}" height="${height}" style="width:100%;height:auto" alt="${caption}"/><figcaption>${caption}</figcaption></figure>`
}

/** White where the hole is. */
function blanked({ truth, mask }: TestPicture): Rgb {
  const pixels = Uint8Array.from(truth.pixels, (value, i) =>
    mask.pixels[Math.floor(i / 3)] === 0 ? value : 255,
  )
  return { ...truth, pixels }
}

function shown(value: number, digits: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits)
}
