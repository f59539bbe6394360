/**
 * `npm run bench`: from a fresh clone to a comparison with other runtimes. The peers are large, so
 * they are installed on first use in bench/, which has a lock file of its own. Everything before
 * the benchmark talks on stderr, because stdout belongs to its table or JSON.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { installPackages } from './bootstrap/installPackages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const bench = fileURLToPath(new URL('../bench', import.meta.url))
const args = process.argv.slice(2)

/** Runs a script of this repository under Node and leaves when it fails. */
function step(script, scriptArgs) {
  const { status } = spawnSync(process.execPath, [`${root}${script}`, ...scriptArgs], {
    cwd: root,
    stdio: ['ignore', 2, 'inherit'],
  })
  if (status !== 0) process.exit(status ?? 1)
}

/** Runs the benchmark itself. Ctrl-C is its own business: it keeps what it has measured and ends. */
async function benchmark(command) {
  const child = spawn(process.execPath, [...command, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGINT'))
  const [code] = await once(child, 'exit')
  process.exitCode = code ?? 1
}

step('tools/bootstrap.mjs', [])
if (args.some((arg) => ['--help', '-h', '--list'].includes(arg))) {
  // Neither needs the peers, so nobody has to install them to ask.
  await benchmark([`${root}node_modules/tsx/dist/cli.mjs`, `${root}bench/src/main.ts`])
} else {
  if (!installPackages(bench, (line) => process.stderr.write(`bench: ${line}\n`))) process.exit(1)
  step('node_modules/typescript/bin/tsc', ['-p', 'bench'])
  await benchmark([`${root}bench/dist/main.js`])
}
