import { html, Markup } from './markup.ts'
import { style } from './style.ts'

/**
 * A page that needs nothing but itself: no script, no font, no picture from anywhere. The policy in
 * its head makes a browser hold it to that. Written as XML would be, so that it can be checked.
 */
export function page(options: {
  readonly title: string
  /** What the page is about, in a sentence, above the title. */
  readonly kicker: string
  readonly body: Markup
}): string {
  const { title, kicker, body } = options
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
<header><p class="kicker">${kicker}</p><h1>${title}</h1></header>
${body}
</main>
</body>
</html>
`
  return document.text
}

/** A part of a page under its own title. */
export function section(title: string, body: Markup, lead?: string): Markup {
  const id = title.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${lead === undefined ? undefined : html`<p class="lead">${lead}</p>`}
${body}
</section>
`
}

/** Names and values, one pair a row. */
export function factList(facts: readonly (readonly [name: string, value: string])[]): Markup {
  const rows = facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)
  return html`<dl class="facts">\n${rows}</dl>`
}
