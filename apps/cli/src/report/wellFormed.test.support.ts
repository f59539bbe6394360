/** Elements and attributes of a page, in order, as a strict reader finds them. */
export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

/**
 * Reads a page as strictly as XML: every element closed and nested, every attribute quoted and given
 * once, no bare `<` or `&` in text. What passes has no place where text from outside became markup.
 * @throws Error saying where it is broken
 */
export function wellFormed(page: string): { elements: Element[]; text: string } {
  const elements: Element[] = []
  const open: string[] = []
  let text = ''
  let at = page.startsWith('<!doctype html>') ? '<!doctype html>'.length : 0
  while (at < page.length) {
    const next = page.indexOf('<', at)
    const words = page.slice(at, next === -1 ? page.length : next)
    if (open.at(-1) !== 'style') checkText(words)
    text += words
    if (next === -1) break
    const tag = /^<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/.exec(page.slice(next))
    if (tag === null) throw new Error(`no tag: ${page.slice(next, next + 60)}`)
    const [whole, closing, name = '', rest = '', empty] = tag
    at = next + whole.length
    if (closing === '/') {
      const begun = open.pop()
      if (begun !== name)
        throw new Error(`</${name}> closes <${begun}>: …${page.slice(next - 60, at)}`)
      continue
    }
    const attributes = new Map<string, string>()
    for (const [, key = '', value = ''] of rest.matchAll(/([\w:-]+)="([^"]*)"/g)) {
      if (attributes.has(key)) throw new Error(`${key} twice in <${name}>`)
      checkText(value)
      attributes.set(key, value)
    }
    elements.push({ name, attributes })
    if (empty !== '/') open.push(name)
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(', ')}`)
  return { elements, text }
}

function checkText(text: string): void {
  const bare = /&(?!(?:amp|lt|gt|quot|#39);)|>/.exec(text)
  if (bare !== null) throw new Error(`bare ${bare[0]} in: ${text.slice(0, 80)}`)
}
