import { type House, isLibrary } from '../house.ts'
import type { Rule } from '../rule.ts'

/** The files of the library that know Node, by reason. Everything else runs in browsers as well. */
const ALLOWED: ReadonlyMap<string, string> = new Map([
  ['packages/sluice/src/backends/wasm/workers.ts', 'worker threads of Node'],
])

/** The library runs wherever JavaScript does, so it imports Node only where the table says why. */
export const nodeImports: Rule = {
  name: 'node-import',
  check: (house: House) =>
    house.sources
      .filter(({ path }) => isLibrary(path) && !ALLOWED.has(path))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ specifier, kind }) => specifier.startsWith('node:') && kind !== 'type')
          .map(({ specifier, line }) => ({
            file: path,
            line,
            message: `${specifier} in the library: hand it in, or add the file and why to the rule`,
          })),
      ),
}
