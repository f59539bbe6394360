/**
 * `npm run bench`: from a fresh clone to a comparison with other runtimes. The peers are large, so
 * they are installed on first use in bench/, which has a lock file of its own. Everything before
 * the benchmark talks on stderr, because stdout belongs to its table or JSON.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { installPackages } from './bootstrap/installPackages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const bench = fileURLToPath(new URL('../bench', import.meta.url))

/** Runs a script of this repository under Node and leaves when it fails. */
function step(script, args, stdout) {
  const { status } = spawnSync(process.execPath, [`${root}${script}`, ...args], {
    cwd: root,
    stdio: ['ignore', stdout, 'inherit'],
  })
  if (status !== 0) process.exit(status ?? 1)
}

const toStderr = 2
step('tools/bootstrap.mjs', [], toStderr)
if (!installPackages(bench, (line) => process.stderr.write(`bench: ${line}\n`))) process.exit(1)
step('node_modules/typescript/bin/tsc', ['-p', 'bench'], toStderr)
step('bench/dist/main.js', process.argv.slice(2), 'inherit')
