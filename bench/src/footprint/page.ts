import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'
import type { Footprint } from '../report/footprintRecord.ts'

/** Pages by what they do, as the imports that make them. */
const PAGES: Readonly<Record<string, string>> = {
  'the WASM device alone': `export { wasm } from 'sluice/wasm'`,
  'read a model file and run it': `
    export { compile, readModelFile } from 'sluice'
    export { wasm } from 'sluice/wasm'`,
  'the same, and train it': `
    export { compile, readModelFile, writeModelFile } from 'sluice'
    export { Trainer, sgd } from 'sluice/training'
    export { wasm } from 'sluice/wasm'`,
}

/** Bundles pages as a site would and counts what a browser would load for them. */
export async function measurePages(): Promise<NonNullable<Footprint['page']>> {
  const resolveDir = fileURLToPath(new URL('..', import.meta.url))
  const pages: NonNullable<Footprint['page']>[number][] = []
  for (const [page, contents] of Object.entries(PAGES)) {
    const { outputFiles, metafile } = await build({
      stdin: { contents, resolveDir, loader: 'js' },
      ...{ bundle: true, splitting: true, minify: true, write: false, metafile: true },
      ...{ outdir: 'page', absWorkingDir: resolveDir },
      ...{ format: 'esm', platform: 'browser', target: 'es2022', logLevel: 'error' },
    })
    const chunks = new Map(outputFiles.map(({ path, contents: code }) => [path, code]))
    const loaded = loadedChunks(metafile).map((path) => {
      const code = [...chunks].find(([absolute]) => absolute.endsWith(path))?.[1]
      if (code === undefined) throw new Error(`the bundler lists ${path} and does not make it`)
      return { bytes: code.length, gzipBytes: gzipSync(code, { level: 9 }).length }
    })
    pages.push({
      page,
      trains: contents.includes('sluice/training'),
      bytes: loaded.reduce((sum, { bytes }) => sum + bytes, 0),
      gzipBytes: loaded.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0),
    })
  }
  return pages
}

/**
 * What a browser loads before the first result: the entry with all that it imports, and of the four
 * binaries, which are chunks of their own, the one that the machine can run: the largest.
 */
export function loadedChunks({ outputs }: Pick<Metafile, 'outputs'>): string[] {
  const entry = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === '<stdin>')
  const loaded = new Set<string>()
  const binaries = new Set<string>()
  const load = (path: string | undefined): void => {
    if (path === undefined || loaded.has(path)) return
    loaded.add(path)
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') load(imported)
      else if (holdsBinary(outputs[imported])) binaries.add(imported)
    }
  }
  load(entry)
  const size = (path: string) => outputs[path]?.bytes ?? 0
  load([...binaries].sort((a, b) => size(b) - size(a))[0])
  return [...loaded]
}

function holdsBinary(output: Metafile['outputs'][string] | undefined): boolean {
  return Object.keys(output?.inputs ?? {}).some((input) => input.includes('/dist/binaries/'))
}
