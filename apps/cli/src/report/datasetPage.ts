import type { ClipDataset } from 'sluice/data'
import { dataUriOf } from '../pictures/pixels.ts'
import { classSheet } from '../survey/contactSheet.ts'
import type { DatasetSummary, PlainRelation } from '../survey/summary.ts'
import type { SurveyedClip } from '../survey/surveyClips.ts'
import { factsOf, problemsOf, relationText } from '../survey/words.ts'
import { count, plural } from '../terminal/quantities.ts'
import { html, type Markup } from './markup.ts'
import { factList, page, section } from './page.ts'

/** Entries of a list before the rest is only counted, and clips of a relation. */
const [ENTRIES, MEMBERS] = [40, 8]

/** What is in a set of clips, with a contact sheet, as one page. */
export async function datasetPage(
  dataset: ClipDataset,
  summary: DatasetSummary,
  clips: readonly SurveyedClip[],
  facts: { readonly command: string; readonly when: string },
): Promise<string> {
  const { unreadable, damaged, notes } = summary
  const sheets: Markup[] = []
  for (const [label, name] of dataset.classes.entries()) {
    const sheet = classSheet(clips, label)
    if (sheet === undefined) continue
    const uri = await dataUriOf(sheet, 'photograph')
    sheets.push(
      html`<figure class="card layer"><div class="head"><h3>${name}</h3><span class="label">${plural(summary.classes[label]?.clips ?? 0, 'clip')}</span></div><img src="${uri}" width="${sheet.width}" height="${sheet.height}" style="max-width:${sheet.width}px;background:none" alt="some clips of ${name}, four frames each"/></figure>\n`,
    )
  }
  const body = html`${headline(summary)}
${section('Clips', html`<div class="beside">${classCounts(summary)}${factList(factsOf(summary))}</div>`)}
${problemsOf(summary).map(({ title, meaning, relations }) => section(title, relationList(relations), meaning))}
${unreadable.length > 0 && section('Not readable', pathList(unreadable.map(({ path, reason }) => [path, reason])))}
${damaged.length > 0 && section('Damaged', pathList(damaged.map(({ path, complaint }) => [path, complaint])), 'Used as far as they can be read.')}
${notes.length > 0 && section('Notes', html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`)}
${section('Contact sheet', html`${sheets}`, 'Clips spread evenly over each class, four frames of each.')}
${section('How this was made', html`<code class="command">${facts.command}</code>`)}`
  return page({
    title: `What is in ${summary.root}`,
    kicker: `sluice dataset · ${facts.when.slice(0, 16).replace('T', ' ')} UTC`,
    body,
  })
}

function headline({ clips, classes, unreadable, leaks, splits }: DatasetSummary): Markup {
  const card = (value: number, label: string, bad = false): Markup =>
    html`<div class="card"><div class="${bad && value > 0 ? 'number called' : 'number'}">${count(value)}</div><div class="label">${label}</div></div>\n`
  return html`<div class="cards">
${card(clips, 'readable clips')}${card(classes.length, 'classes')}${card(unreadable.length, 'entries that cannot be used', true)}${splits.length > 1 && card(leaks.length, 'leaks between splits', true)}
</div>`
}

function classCounts({ classes, splits }: DatasetSummary): Markup {
  const most = Math.max(1, ...classes.map(({ clips }) => clips))
  const rows = classes.map(
    ({ class: name, clips, splits: parts }) =>
      html`<tr><th scope="row">${name}</th>${splits.map((split) => html`<td>${count(parts[split] ?? 0)}</td>`)}<td><span class="meter" aria-hidden="true"><i style="width:${((100 * clips) / most).toFixed(1)}%"></i></span><b>${count(clips)}</b></td></tr>\n`,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="clips per class"><table class="rows">
<thead><tr><th scope="col">class</th>${splits.map((split) => html`<th scope="col">${split}</th>`)}<th scope="col">all</th></tr></thead>
<tbody>
${rows}</tbody></table></div>`
}

function relationList(relations: readonly PlainRelation[]): Markup {
  const items = relations.slice(0, ENTRIES).map((relation) => {
    const { clips } = relation
    const shown = clips
      .slice(0, MEMBERS)
      .map(
        ({ path, class: name, split }) =>
          html`<li><code>${path}</code> <span class="label">${split === undefined ? name : `${split}, ${name}`}</span></li>\n`,
      )
    const rest = clips.length - shown.length
    return html`<div class="card layer"><p>${relationText(relation)}</p><ul>\n${shown}</ul>${rest > 0 && html`<p class="note">and ${count(rest)} more</p>`}</div>\n`
  })
  const rest = relations.length - items.length
  return html`${items}${rest > 0 && html`<p class="note">and ${count(rest)} more</p>`}`
}

function pathList(entries: readonly (readonly [string, string])[]): Markup {
  const rest = entries.length - ENTRIES
  return html`${factList(entries.slice(0, ENTRIES))}${rest > 0 && html`<p class="note">and ${count(rest)} more</p>`}`
}
