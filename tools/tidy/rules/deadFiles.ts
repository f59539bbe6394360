import { type House, isKernel, isLibrary, isTest, resolveImport } from '../house.ts'
import type { Rule } from '../rule.ts'

/** A file that only its own test imports is dead: nobody would notice if it were gone. */
export const deadFiles: Rule = {
  name: 'dead-file',
  check(house: House) {
    const users = new Map<string, string[]>()
    for (const { path, imports } of house.sources) {
      for (const { specifier } of imports) {
        if (!specifier.startsWith('.')) continue
        const found = resolveImport(path, specifier).replace(/\.js$/, '')
        const target = found.endsWith('.ts') ? found : `${found}.ts`
        const own = target.replace(/\.ts$/, '.test.ts') === path
        if (!own) users.set(target, [...(users.get(target) ?? []), path])
      }
    }
    return house.sources
      .filter(({ path }) => isRoom(path) && !users.has(path))
      .map(({ path }) => ({ file: path, line: 1, message: 'nothing but its own test imports it' }))
  },
}

function isRoom(path: string): boolean {
  if (isTest(path) || isKernel(path) || path.endsWith('/main.ts')) return false
  return isLibrary(path) ? !path.includes('/entrypoints/') : /^apps\/[^/]+\/src\//.test(path)
}
