import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Metafile } from 'esbuild'
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

/** Bundles pages as a site would and counts what a browser would load for them, file by file. */
export async function measurePages(): Promise<NonNullable<Footprint['page']>> {
  const { build } = await import('esbuild')
  const resolveDir = fileURLToPath(new URL('..', import.meta.url))
  const pages: NonNullable<Footprint['page']>[number][] = []
  for (const [page, contents] of Object.entries(PAGES)) {
    const { outputFiles, metafile } = await build({
      stdin: { contents, resolveDir, loader: 'js' },
      absWorkingDir: resolveDir,
      outdir: 'page',
      bundle: true,
      splitting: true,
      metafile: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      // Behind a question whether this is Node; a page never gets there.
      external: ['node:*'],
      logLevel: 'error',
    })
    const sizes = new Map(
      outputFiles.map(({ path, contents: code }) => [
        path.slice(resolveDir.length).replaceAll('\\', '/'),
        { bytes: code.length, gzipBytes: gzipSync(code, { level: 9 }).length },
      ]),
    )
    const loaded = filesLoaded(metafile).map((file) => sizes.get(file))
    pages.push({
      page,
      trains: contents.includes('sluice/training'),
      bytes: loaded.reduce((sum, size) => sum + (size?.bytes ?? Number.NaN), 0),
      gzipBytes: loaded.reduce((sum, size) => sum + (size?.gzipBytes ?? Number.NaN), 0),
    })
  }
  return pages
}

/**
 * The entry with all it imports, and one of the files that are imported later: they are the binaries
 * for four kinds of engine, of which a page takes the one that fits. The largest, to be sure.
 */
export function filesLoaded({ outputs }: Pick<Metafile, 'outputs'>): string[] {
  const entry = Object.keys(outputs).find((file) => outputs[file]?.entryPoint === '<stdin>')
  const loaded = closureOf(entry, outputs)
  const later = loaded
    .flatMap((file) => outputs[file]?.imports ?? [])
    .filter(({ kind }) => kind === 'dynamic-import')
    .map(({ path }) => path)
    .sort((a, b) => (outputs[b]?.bytes ?? 0) - (outputs[a]?.bytes ?? 0))
  return [...new Set([...loaded, ...closureOf(later[0], outputs)])]
}

function closureOf(start: string | undefined, outputs: Metafile['outputs']): string[] {
  const found = new Set(start === undefined ? [] : [start])
  for (const file of found) {
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) found.add(path)
    }
  }
  return [...found]
}
