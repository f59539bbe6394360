import { lineAt } from './maskSource.ts'

/** How a file refers to another: `type` is erased, `dynamic` and `url` load later than the file. */
export type ImportKind = 'value' | 'type' | 'dynamic' | 'url'

export interface Import {
  readonly specifier: string
  readonly kind: ImportKind
  readonly line: number
}

const NAMES = String.raw`\{[^}]*\}|\*(?:\s+as\s+[\w$]+)?`
const CLAUSE = String.raw`(?:${NAMES}|[\w$]+(?:\s*,\s*(?:${NAMES}))?)`
const STATIC = new RegExp(
  String.raw`(?<![\w$.])(?:import|export)\s+(type\s+)?(${CLAUSE})\s*from\s*['"]([^'"]+)['"]`,
  'g',
)
const SIDE_EFFECT = /(?<![\w$.])import\s*['"]([^'"]+)['"]/g
const DYNAMIC = /(?<![\w$.])import\(\s*['"]([^'"]+)['"]\s*\)(\s*\.\s*[A-Z])?/g
const URL_OF_FILE = /new URL\(\s*['"](\.[^'"]+)['"]\s*,\s*import\.meta\.url\s*\)/g

/** All references to other modules in a source whose comments are blanked. */
export function readImports(withoutComments: string): Import[] {
  const imports: Import[] = []
  const add = (specifier: string, kind: ImportKind, offset: number) =>
    imports.push({ specifier, kind, line: lineAt(withoutComments, offset) })
  for (const match of withoutComments.matchAll(STATIC)) {
    const [, type, clause = '', specifier = ''] = match
    add(specifier, type !== undefined || onlyTypes(clause) ? 'type' : 'value', match.index)
  }
  for (const match of withoutComments.matchAll(SIDE_EFFECT)) {
    add(match[1] ?? '', 'value', match.index)
  }
  for (const match of withoutComments.matchAll(DYNAMIC)) {
    add(match[1] ?? '', match[2] === undefined ? 'dynamic' : 'type', match.index)
  }
  for (const match of withoutComments.matchAll(URL_OF_FILE)) {
    add(match[1] ?? '', 'url', match.index)
  }
  return imports
}

function onlyTypes(clause: string): boolean {
  if (!clause.startsWith('{')) return false
  const names = clause.slice(1, -1).split(',')
  const real = names.map((name) => name.trim()).filter((name) => name !== '')
  return real.length > 0 && real.every((name) => name.startsWith('type '))
}
