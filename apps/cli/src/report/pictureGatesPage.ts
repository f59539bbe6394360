import type { GatePictures } from '../inspection/gatePictures.ts'
import type { HoleOpening } from '../inspection/holeOpening.ts'
import type { TakenPicture } from '../inspection/takePicture.ts'
import { fileName, type InspectionFacts, layerCard, picture } from './gatesPage.ts'
import { number } from './histogramChart.ts'
import { html, type Markup } from './markup.ts'
import { factList, page, section } from './page.ts'

/** A layer's gate, with what it does where the hole is. */
export type LayerOfHole = GatePictures & { readonly hole: HoleOpening }

/** How a hole closes layer by layer, as one page. */
export async function pictureGatesPage(
  taken: TakenPicture,
  layers: readonly LayerOfHole[],
  facts: InspectionFacts,
): Promise<string> {
  const small: Markup[] = []
  for (const layer of layers) small.push(await thumbnail(layer))
  const cards: Markup[] = []
  for (const layer of layers) cards.push(await layerCard(layer, 'picture'))
  const seen = await picture(taken.shown, `${taken.path}, grey in its hole`, 'photograph')
  const body = html`${section('What was shown', html`<div class="card frames">${seen}</div>`, [`${taken.path} with the hole of ${taken.maskPath}.`, ...taken.notes.map((note) => `${note}.`)].join(' '))}
${section('How the hole closes', html`<div class="gates">${small}</div>`, 'The mean gate of each layer in the order in which they run, dark where the layer lets least through and bright where it lets most. First layers tell hole from picture, so the hole stands out; what stands out less and less is filled. Below each: the mean opening in the hole, and around it.')}
${section('Layer by layer', html`${cards}`, 'On the scale of the gate: dark is closed, bright is open. The second picture shows what is known through the gate.')}
${section(
  'How this was made',
  html`<code class="command">${facts.command}</code>${factList([
    ['model', facts.modelPath],
    ['network', facts.network],
    ['photo', taken.path],
    ['mask', taken.maskPath],
    ['machine', facts.machine],
  ])}`,
)}`
  return page({
    title: `Gates of ${fileName(facts.modelPath)}`,
    kicker: `sluice inspection · ${facts.when.slice(0, 16).replace('T', ' ')} UTC`,
    body,
  })
}

async function thumbnail({ map, contrast, hole }: LayerOfHole): Promise<Markup> {
  const words = `${number(hole.inside)} in the hole, ${number(hole.around)} around`
  return html`<figure class="gate">${await picture(contrast, `mean gate of ${map.path}: ${words}`, 'photograph')}<figcaption><b>${map.path}</b><br/>${words}</figcaption></figure>
`
}
