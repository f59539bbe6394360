/**
 * Builds everything: the kernels (AssemblyScript to four WebAssembly binaries, embedded in one
 * generated TypeScript module each), the types of the packages (`tsc -b`), then their code, bundled. Does
 * nothing when no source is newer than the last build. `--force` builds anyway.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildKernels } from './build/buildKernels.mjs'
import { isFresh, writeStamp } from './build/freshness.mjs'
import { removeStaleOutputs } from './build/removeStaleOutputs.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
if (!existsSync(join(root, 'node_modules', 'rolldown'))) {
  process.stderr.write('the packages are not installed yet. Run: npm ci\n')
  process.exit(1)
}
// The folder is made before the clock is read: making it changes its parent, which is a source.
mkdirSync(join(root, 'packages/sluice/src/backends/wasm/generated'), { recursive: true })
const started = Date.now()

if (process.argv.includes('--force') || !isFresh(root)) {
  const say = (line) => process.stdout.write(`${line}\n`)
  try {
    await buildKernels(root, say)
    buildTypes()
    const { bundleProjects } = await import('./build/bundleProjects.mjs')
    removeStaleOutputs(root, await bundleProjects(root))
  } catch (error) {
    process.stderr.write(`build failed: ${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  }
  writeStamp(root, started)
  say(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}

function buildTypes() {
  const compiler = join(root, 'node_modules', 'typescript', 'lib', 'tsc.js')
  const { status } = spawnSync(process.execPath, [compiler, '-b'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) throw new Error('the types do not fit (tsc -b, above)')
}
