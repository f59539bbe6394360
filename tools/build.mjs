/**
 * Builds everything: the kernels (AssemblyScript to four WebAssembly binaries, embedded in one
 * generated TypeScript module), then the packages (`tsc -b`). Does nothing when no source is newer
 * than the last build. `--force` builds anyway.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildKernels } from './build/buildKernels.mjs'
import { isFresh, writeStamp } from './build/freshness.mjs'
import { removeStaleOutputs } from './build/removeStaleOutputs.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
if (!existsSync(join(root, 'node_modules', 'typescript'))) {
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
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  }
  removeStaleOutputs(root)
  const compiler = join(root, 'node_modules', 'typescript', 'lib', 'tsc.js')
  const result = spawnSync(process.execPath, [compiler, '-b'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (result.status !== 0) {
    process.stderr.write('build failed: the types do not fit (tsc -b, above)\n')
    process.exit(result.status ?? 1)
  }
  writeStamp(root, started)
  say(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
