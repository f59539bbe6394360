/**
 * `npm run study`: from a fresh clone to the answer. Installs and builds first; what that says goes to
 * stderr, because stdout may be JSON.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)

for (const script of ['tools/bootstrap.mjs', 'tools/build.mjs']) {
  const { status } = spawnSync(process.execPath, [`${root}${script}`], {
    cwd: root,
    stdio: ['ignore', 2, 'inherit'],
  })
  if (status !== 0) process.exit(status ?? 1)
}
const tsx = `${root}node_modules/tsx/dist/cli.mjs`
const child = spawn(process.execPath, [tsx, `${root}tools/study/main.ts`, ...args], {
  cwd: root,
  stdio: 'inherit',
})
// Ctrl-C reaches the study by itself, which keeps what it has and ends.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => child.kill('SIGTERM'))
const [code] = await once(child, 'exit')
process.exitCode = code ?? 1
