import { ACROSS, type GatePictures, ROW } from '../inspection/gatePictures.ts'
import type { TakenClip } from '../inspection/takeClip.ts'
import { dataUriOf, type Pixels, tiled } from '../pictures/pixels.ts'
import { histogramChart, number } from './histogramChart.ts'
import { html, type Markup } from './markup.ts'
import { factList, page, section } from './page.ts'
import { percent } from './percent.ts'

/** What was looked into, said at the top and the bottom of a page. */
export interface InspectionFacts {
  readonly command: string
  readonly when: string
  readonly modelPath: string
  readonly network: string
  readonly machine: string
}

/** What the gates of a network let through of a clip, as one page. */
export async function gatesPage(
  clip: TakenClip,
  layers: readonly GatePictures[],
  facts: InspectionFacts,
): Promise<string> {
  const frames = tiled(clip.shown, ACROSS)
  const cards: Markup[] = []
  for (const layer of layers) cards.push(await layerCard(layer))
  const body = html`${section('What was shown', html`<div class="card frames">${await picture(frames, `${clip.shown.length} frames of ${clip.path}`, 'photograph')}</div>`, framesLead(clip))}
${section('What each gated layer lets through', html`${cards}`, 'Frame by frame: dark is closed, bright is open. The second row shows the frames through the gates, from the place where the layer lets least through to the place where it lets most. In the histograms, values that count as closed (below 0.1) or open (above 0.9) stand out.')}
${closing(clip, facts)}`
  return page({
    title: `Gates of ${fileName(facts.modelPath)}`,
    kicker: `sluice inspection · ${facts.when.slice(0, 16).replace('T', ' ')} UTC`,
    body,
  })
}

/** A layer's gate as heat, as what it lets through, and in numbers. */
export async function layerCard(
  layer: GatePictures,
  shown: 'frames' | 'picture' = 'frames',
): Promise<Markup> {
  const { map, statistics, heat, scale, through, throughScale, axes, channels } = layer
  const [low, high] = scale
  const name = `mean opening, ${number(low)} dark to ${number(high)} bright${axes === '' ? '' : `; ${axes}`}`
  return html`<article class="card layer">
<div class="head"><h3>${map.path}</h3><span class="label">${map.op}, gate ${map.activation}, [${map.opening.shape.join(', ')}]</span></div>
<div class="body"><div>
<p class="row-name">${name}</p>${await picture(heat, `mean opening of ${map.path}`, 'drawing')}
${through !== undefined && html`<p class="row-name">the ${shown} through it, ${number(throughScale[0])} dark to ${number(throughScale[1])} bright</p>${await picture(through, `the ${shown} as ${map.path} lets through`, 'photograph')}`}
</div><div>${histogramChart(statistics)}
${factList([
  ['mean opening', number(statistics.mean)],
  ['closed', percent(statistics.closed)],
  ['open', percent(statistics.open)],
  ['lowest, highest', `${number(statistics.minimum)}, ${number(statistics.maximum)}`],
])}</div></div>
${channels !== undefined && html`<details><summary>The ${channels.indices.length} channels that vary most: ${channels.indices.join(', ')}</summary><div class="scroll">${await picture(channels.picture, `channels ${channels.indices.join(', ')} of ${map.path}`, 'drawing')}</div></details>`}
</article>
`
}

/** A picture within a page, as wide as its part of a full row of frames. */
export async function picture(
  pixels: Pixels,
  alt: string,
  kind: 'photograph' | 'drawing',
): Promise<Markup> {
  const { width, height } = pixels
  return html`<img src="${await dataUriOf(pixels, kind)}" width="${width}" height="${height}" style="width:${(100 * Math.min(1, width / ROW)).toFixed(2)}%" alt="${alt}"/>`
}

/** Which clip, and which seconds of it. */
export function framesLead({ path, times, moment }: TakenClip): string {
  const [first = 0] = times
  return `${times.length} frames of ${path}, from ${moment(first)} to ${moment(times.at(-1) ?? first)}.`
}

/** How a page was made. */
export function closing(clip: TakenClip, facts: InspectionFacts): Markup {
  return section(
    'How this was made',
    html`<code class="command">${facts.command}</code>${factList([
      ['model', facts.modelPath],
      ['network', facts.network],
      ['clip', clip.path],
      ['machine', facts.machine],
    ])}`,
  )
}

export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}
