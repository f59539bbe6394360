import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type MaskedSource, maskSource } from './maskSource.ts'
import { type Import, readImports } from './readImports.ts'

/** A file of the repository. Paths use forward slashes and begin at the root. */
export interface HouseFile {
  readonly path: string
  readonly bytes: number
  /** Undefined for files that are not text or too large to be read as such. */
  readonly text: string | undefined
}

/** A source in JavaScript or TypeScript, with what the rules look at. */
export interface Source extends HouseFile, MaskedSource {
  readonly text: string
  readonly imports: readonly Import[]
}

/** What the rules see: every file that is ours. */
export interface House {
  readonly files: readonly HouseFile[]
  readonly sources: readonly Source[]
}

/** Folders that hold what was installed, built or made by a run: nothing in them is committed. */
const NOT_OURS = new Set(['.git', 'node_modules', 'dist', 'generated', '.sluice-cache', '.cache'])
const NOT_OURS_AT_ROOT = new Set(['runs', 'data'])
const TEXT =
  /(?:\.(?:[cm]?[jt]s|json|md|py|txt|csv|tsv|html|css|ya?ml|sh|wgsl|toml)|\/run|rc|ignore)$/
const LARGEST_TEXT = 2 * 1024 * 1024

/** Reads the repository at `root`. */
export function readHouse(root: string): House {
  return houseOf(
    listFiles(root, '').map((path) => {
      const bytes = statSync(join(root, path)).size
      const isText = TEXT.test(path) && bytes <= LARGEST_TEXT
      return { path, bytes, text: isText ? readFileSync(join(root, path), 'utf8') : undefined }
    }),
  )
}

/** A house from files in memory: how the tests of the rules make one. */
export function houseOf(files: readonly HouseFile[]): House {
  const sources = files.flatMap((file): Source[] => {
    if (file.text === undefined || !/\.(?:[cm]?js|ts)$/.test(file.path)) return []
    const masked = maskSource(file.text)
    const imports = readImports(masked.withoutComments)
    return [{ ...file, text: file.text, ...masked, imports }]
  })
  return { files, sources }
}

/** The path that a relative import means, seen from the file it stands in. */
export function resolveImport(from: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(from), specifier))
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}

/** AssemblyScript looks like TypeScript but is another language with other rules. */
export function isKernel(path: string): boolean {
  return path.includes('/backends/wasm/kernels/')
}

/** Sources of the published library that are shipped. */
export function isLibrary(path: string): boolean {
  return path.startsWith('packages/sluice/src/') && !isTest(path) && !isKernel(path)
}

function listFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      const skip = NOT_OURS.has(entry.name) || (folder === '' && NOT_OURS_AT_ROOT.has(entry.name))
      return skip ? [] : listFiles(root, path)
    }
    return entry.isFile() && !/\.(?:tsbuildinfo|tgz)$/.test(entry.name) ? [path] : []
  })
}
