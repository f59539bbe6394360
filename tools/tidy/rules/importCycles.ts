import { type House, resolveImport, type Source } from '../house.ts'
import type { Finding, Rule } from '../rule.ts'

/** No file needs itself to be loaded first: imports of values make no circle. Types may. */
export const importCycles: Rule = {
  name: 'import-cycle',
  check(house: House): Finding[] {
    const sources = new Map(house.sources.map((source) => [source.path, source]))
    const state = new Map<string, 'open' | 'done'>()
    const findings: Finding[] = []
    const trail: string[] = []
    const visit = (source: Source) => {
      state.set(source.path, 'open')
      trail.push(source.path)
      for (const { specifier, kind, line } of source.imports) {
        if (kind !== 'value' || !specifier.startsWith('.')) continue
        const target = sources.get(resolveImport(source.path, specifier))
        if (target === undefined) continue
        if (state.get(target.path) === 'open') {
          const circle = [...trail.slice(trail.indexOf(target.path)), target.path]
          findings.push({ file: source.path, line, message: circle.join(' -> ') })
        } else if (!state.has(target.path)) visit(target)
      }
      trail.pop()
      state.set(source.path, 'done')
    }
    for (const source of house.sources) if (!state.has(source.path)) visit(source)
    return findings
  },
}
