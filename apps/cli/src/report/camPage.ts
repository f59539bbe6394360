import type { CamPictures } from '../inspection/camPictures.ts'
import { ACROSS } from '../inspection/gatePictures.ts'
import type { TakenClip } from '../inspection/takeClip.ts'
import { tiled } from '../pictures/pixels.ts'
import { closing, fileName, framesLead, type InspectionFacts, picture } from './gatesPage.ts'
import { html, type Markup } from './markup.ts'
import { page, section } from './page.ts'
import { percent } from './percent.ts'

/** A network's answer and where it looked for it. */
export interface CamFacts extends InspectionFacts {
  /** The class explained. */
  readonly explained: string
  readonly layer: string
  readonly mapShape: readonly number[]
  /** The likeliest classes first. */
  readonly answers: readonly { readonly name: string; readonly probability: number }[]
}

/** Where a network looked when it named a clip, as one page. */
export async function camPage(clip: TakenClip, cam: CamPictures, facts: CamFacts): Promise<string> {
  const frames = tiled(clip.shown, ACROSS)
  const strips = html`<div class="card frames">
<p class="row-name">what was shown</p>${await picture(frames, `${clip.shown.length} frames of ${clip.path}`, 'photograph')}
<p class="row-name">where it looked for ${facts.explained}</p>${await picture(cam.overlay, `the same frames, bright where they spoke for ${facts.explained}`, 'photograph')}
<p class="row-name">how much of it each frame has</p>${shareBars(clip, cam)}
</div>`
  const rows = facts.answers.map(
    ({ name, probability }) =>
      html`<tr><th scope="row">${name}</th><td><span class="meter" aria-hidden="true"><i style="width:${(100 * probability).toFixed(1)}%"></i></span><b>${percent(probability)}</b></td></tr>\n`,
  )
  const nothing = cam.moments.every(({ share }) => share === 0)
  const body = html`${section('Where it looked', strips, framesLead(clip))}
${nothing && html`<p class="note">Nothing in this clip speaks for ${facts.explained}: every place speaks against it or not at all.</p>`}
<p class="note">3-D Grad-CAM (Selvaraju et al. 2017) by layer ${facts.layer}, whose map is ${facts.mapShape.join('×')}: coarse, and laid smoothly over the frames. Bright places spoke for the class; it does not show what spoke against.</p>
${section('What it said', html`<table class="rows half"><tbody>\n${rows}</tbody></table>`)}
${closing(clip, facts)}`
  return page({
    title: `${facts.explained}: where ${fileName(facts.modelPath)} looked`,
    kicker: `sluice inspection · ${facts.when.slice(0, 16).replace('T', ' ')} UTC`,
    body,
  })
}

const [WIDTH, BASE, HEIGHT] = [900, 60, 78]

function shareBars({ moment }: TakenClip, { moments }: CamPictures): Markup {
  const shares = moments.map(({ share }) => share)
  const most = Math.max(...shares) || 1
  const step = WIDTH / shares.length
  const bars = moments.map(({ share, time }, i) => {
    const height = (share / most) * (BASE - 6)
    const about = `${moment(time)}: ${percent(share)}`
    const label = shares.length <= 16
    return html`<rect class="bar" x="${(i * step + 2).toFixed(1)}" width="${Math.max(1, step - 4).toFixed(1)}" y="${(BASE - height).toFixed(1)}" height="${height.toFixed(1)}"><title>${about}</title></rect>${label && html`<text x="${((i + 0.5) * step).toFixed(1)}" y="${HEIGHT - 4}" text-anchor="middle">${moment(time)}</text>`}`
  })
  const list = shares.map((share) => percent(share)).join(', ')
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="parts of the frames: ${list}"><line class="axis" x1="0" x2="${WIDTH}" y1="${BASE}" y2="${BASE}"/>
${bars}</svg>`
}
