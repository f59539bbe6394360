import { type Arrows, arrows } from '../arrows.ts'
import { type House, isKernel, isTest, resolveImport, type Source } from '../house.ts'
import type { Import } from '../readImports.ts'
import type { Finding, Rule } from '../rule.ts'

const LIBRARY = 'packages/sluice/src/'
const ENTRYPOINTS = 'entrypoints'
/** Plain constants that both languages read: numbers of kernels and of arguments. */
const SHARED_CONSTANTS = 'packages/sluice/src/backends/wasm/abi/'

/**
 * Imports follow the arrows of the table. Entry points may import anything in the library; apps and
 * benches see the library through its entry points only. Unit tests may hand in what they like.
 */
export const importArrows: Rule = {
  name: 'import-arrows',
  check: (house: House) =>
    house.sources
      .filter(({ path }) => !isTest(path))
      .flatMap((source) =>
        source.imports.flatMap((each): Finding[] => {
          const message = objection(source, each)
          return message === undefined ? [] : [{ file: source.path, line: each.line, message }]
        }),
      ),
}

function objection(source: Source, each: Import): string | undefined {
  const { path } = source
  if (path.startsWith(LIBRARY)) {
    if (isKernel(path)) return outsideKernels(path, each)
    return inLibrary(path, each)
  }
  const room = /^(apps\/[^/]+|bench)\//.exec(path)?.[1]
  if (room === undefined) return undefined
  if (each.specifier.startsWith('.')) {
    const target = resolveImport(path, each.specifier)
    return target.startsWith(`${room}/`) ? undefined : `${room} reaches outside itself: ${target}`
  }
  return /^sluice\/.*\//.test(each.specifier)
    ? `only the entry points of sluice may be imported, not ${each.specifier}`
    : undefined
}

function inLibrary(path: string, each: Import): string | undefined {
  const { specifier, kind } = each
  if (specifier.startsWith('node:')) return undefined
  if (!specifier.startsWith('.')) return `the library has no dependencies, not even ${specifier}`
  const target = resolveImport(path, specifier)
  if (!target.startsWith(LIBRARY)) return `reaches outside the library: ${target}`
  const from = path.slice(LIBRARY.length)
  const to = target.slice(LIBRARY.length)
  if (from.startsWith(`${ENTRYPOINTS}/`)) return undefined
  const row = rowOf(from)
  if (row === undefined) return 'stands in a folder that the table of arrows does not know'
  const targetRow = rowOf(to)?.folder ?? to.split('/')[0] ?? to
  if (targetRow === row.folder || row.may.includes(targetRow)) return undefined
  if (row.types?.includes(targetRow) === true) {
    return kind === 'type' ? undefined : `${row.folder} may import only types from ${targetRow}`
  }
  return `${row.folder} may not import ${targetRow}`
}

function outsideKernels(path: string, { specifier }: Import): string | undefined {
  const target = resolveImport(path, specifier)
  if (isKernel(target) || target.startsWith(SHARED_CONSTANTS)) return undefined
  return `kernels import only kernels, not ${specifier}`
}

function rowOf(path: string): Arrows | undefined {
  return arrows.find(({ folder }) => path.startsWith(`${folder}/`))
}
