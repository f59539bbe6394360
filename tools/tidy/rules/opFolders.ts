import type { House } from '../house.ts'
import type { Finding, Rule } from '../rule.ts'

const OPS = 'packages/sluice/src/engine/ops/'

/**
 * A folder that defines ops holds the cases that every backend is examined with. (Folders without a
 * definition hold what several ops share, such as the geometry of windows.)
 */
export const opFolders: Rule = {
  name: 'op-folder',
  check(house: House) {
    const folders = new Map<string, { path: string; code: string }[]>()
    for (const { path, code } of house.sources) {
      const [folder, file] = path.startsWith(OPS) ? path.slice(OPS.length).split('/') : []
      if (folder === undefined || file === undefined) continue
      folders.set(folder, [...(folders.get(folder) ?? []), { path, code }])
    }
    return [...folders].flatMap(([folder, files]): Finding[] => {
      const definition = files.find(({ code }) => /:\s*OpDefinition</.test(code))
      const hasCases = files.some(({ path }) => path.endsWith('/cases.ts'))
      if (definition === undefined || hasCases) return []
      return [{ file: definition.path, line: 1, message: `the ops of ${folder} have no cases.ts` }]
    })
  },
}
