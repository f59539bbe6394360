import { printable, shorten, textWidth } from '../terminal/textWidth.ts'
import { html, type Markup } from './markup.ts'

/** Up to so many classes, a table with its numbers in it is readable. */
const MOST_IN_TABLE = 18
/** Pixels that a page of this width has for a picture; of a cell, from which its count fits in. */
const [PAGE_WIDTH, COUNTED] = [1060, 18]
/** What the names of the classes usually take of it. */
const USUAL_ROOM = 160
/** Pairs listed by name. */
const LISTED = 12

/**
 * A confusion matrix from two classes to hundreds: a table of numbers for few, a picture for many,
 * whose cells say what they are when pointed at, and the most frequent mistakes in words for either.
 * Colours are shares of a row: of the clips that were this class.
 * @param counts `counts[truth][prediction]`
 */
export function confusionChart(
  classes: readonly string[],
  counts: readonly (readonly number[])[],
): Markup {
  const matrix =
    classes.length <= MOST_IN_TABLE ? asTable(classes, counts) : asPicture(classes, counts)
  return html`<div class="beside"><div class="scroll" tabindex="0" role="region" aria-label="confusion matrix">${matrix}</div>
${mistakenPairs(classes, counts)}</div>`
}

function asTable(classes: readonly string[], counts: readonly (readonly number[])[]): Markup {
  const heads = classes.map(
    (name) => html`<th scope="col" class="n"><span title="${name}">${name}</span></th>`,
  )
  const rows = classes.map((name, truth) => {
    const row = counts[truth] ?? []
    const total = sum(row)
    const cells = classes.map((called, prediction) => {
      const value = row[prediction] ?? 0
      const share = total === 0 ? 0 : value / total
      const looks = [
        truth === prediction ? 'hit' : '',
        value === 0 ? 'none' : '',
        share > 0.5 ? 'deep' : '',
      ].filter((look) => look !== '')
      const about = `${name} called ${called}: ${value} of ${total}`
      return html`<td class="${looks.join(' ')}" title="${about}" style="--v:${depth(share)}">${value === 0 ? '·' : value}</td>`
    })
    return html`<tr><th scope="row" title="${name}">${name}</th>${cells}</tr>\n`
  })
  return html`<table class="confusion">
<thead><tr><th>shown ↓ · called →</th>${heads}</tr></thead>
<tbody>
${rows}</tbody>
</table>`
}

function asPicture(classes: readonly string[], counts: readonly (readonly number[])[]): Markup {
  const fitting = Math.floor((PAGE_WIDTH - USUAL_ROOM) / classes.length)
  const cell = Math.max(9, Math.min(26, fitting))
  const font = Math.min(13, cell - 1)
  const longest = Math.min(24, Math.max(...classes.map((name) => textWidth(printable(name)))))
  const room = Math.ceil(10 + longest * font * 0.64)
  const side = cell * classes.length
  const cells = counts.flatMap((row, truth) => {
    const total = sum(row)
    return row.flatMap((value, prediction) => {
      if (value === 0) return []
      const about = `${classes[truth]} called ${classes[prediction]}: ${value} of ${total}`
      const look = truth === prediction ? 'hit' : 'miss'
      return [
        html`<rect class="${look}" fill-opacity="${depth(value / total)}" x="${room + prediction * cell}" y="${room + truth * cell}" width="${cell - 1}" height="${cell - 1}"><title>${about}</title></rect>${cell >= COUNTED && html`<text class="${value / total > 0.5 && `deep-${look}`}" x="${room + (prediction + 0.5) * cell - 0.5}" y="${room + (truth + 0.5) * cell + 3}" text-anchor="middle">${value}</text>`}\n`,
      ]
    })
  })
  const names = classes.map((name, i) => {
    const middle = room + (i + 0.5) * cell + 3
    const text = shorten(printable(name), longest)
    return html`<text x="${room - 5}" y="${middle}" text-anchor="end">${text}</text><text transform="translate(${middle} ${room - 5}) rotate(-90)">${text}</text>`
  })
  const size = room + side + 4
  return html`<svg viewBox="0 0 ${size} ${size}" width="${size}" style="max-width:none" role="img" aria-label="confusion matrix of ${classes.length} classes: rows are what was shown, columns what it was called; the most frequent mistakes are listed below">
<rect class="back" x="${room - 1}" y="${room - 1}" width="${side + 1}" height="${side + 1}"/>
<g class="names" style="font-size:${font}px">${names}</g>
<g class="counts">${cells}</g></svg>`
}

function mistakenPairs(classes: readonly string[], counts: readonly (readonly number[])[]): Markup {
  const pairs = counts.flatMap((row, truth) =>
    row.flatMap((times, prediction) =>
      truth === prediction || times === 0 ? [] : [{ truth, prediction, times, total: sum(row) }],
    ),
  )
  if (pairs.length === 0) return html`<p class="note">No mistakes.</p>`
  pairs.sort((a, b) => b.times - a.times || b.times / b.total - a.times / a.total)
  const items = pairs
    .slice(0, LISTED)
    .map(
      ({ truth, prediction, times, total }) =>
        html`<tr><td>${times} of ${total}</td><th scope="row"><span class="is">${classes[truth]}</span> called <span class="called">${classes[prediction]}</span></th></tr>\n`,
    )
  const rest = pairs.length - items.length
  return html`<details open="open"><summary>Most frequent mistakes</summary>
<table><tbody>
${items}</tbody></table>${rest > 0 && html`<p class="note">and ${rest} other kinds of mistake</p>`}</details>`
}

/** Any mistake must be seen, however rare: shares begin at a tint. */
function depth(share: number): string {
  return share === 0 ? '0' : (0.14 + 0.86 * share).toFixed(3)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
