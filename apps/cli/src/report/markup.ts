import { printable } from '../terminal/textWidth.ts'

/**
 * A piece of a page. Only the tag below makes one, and it escapes whatever is put into it, so a class
 * name or a path cannot become markup by being forgotten somewhere.
 */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What may stand in a template: text is escaped, lists are strung together, the rest is nothing. */
export type Content = Markup | string | number | undefined | false | readonly Content[]

/** `` html`<p>${name}</p>` ``: markup as written, with everything that is put in escaped. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  let text = parts[0] ?? ''
  contents.forEach((content, i) => {
    text += rendered(content) + (parts[i + 1] ?? '')
  })
  return new Markup(text)
}

function rendered(content: Content): string {
  if (content === undefined || content === false) return ''
  if (content instanceof Markup) return content.text
  if (typeof content === 'object') return content.map(rendered).join('')
  return escapeText(String(content))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Text that stays text between tags and within quoted attributes. Controls and lone surrogates are not
 * characters of a page; marks that turn the direction of writing would let a name reorder its line.
 */
export function escapeText(text: string): string {
  return printable(text)
    .replace(/\p{Cs}/gu, '�')
    .replace(/[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '�')
    .replace(/[&<>"']/g, (symbol) => ENTITIES[symbol] ?? '')
}
