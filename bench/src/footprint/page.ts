import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
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
    const { outputFiles } = await build({
      stdin: { contents, resolveDir, loader: 'js' },
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      // Behind a question whether this is Node; a page never gets there.
      external: ['node:*'],
      logLevel: 'error',
    })
    const code = outputFiles[0]?.contents ?? new Uint8Array()
    pages.push({
      page,
      trains: contents.includes('sluice/training'),
      bytes: code.length,
      gzipBytes: gzipSync(code, { level: 9 }).length,
    })
  }
  return pages
}
