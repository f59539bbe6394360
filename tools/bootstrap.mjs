/**
 * From a fresh clone to a built one, with nothing but Node: checks Node's version, installs the
 * packages of the lock file when they are not there, and builds when sources are newer than the
 * build. Plain JavaScript on Node's own modules, because it runs before anything is installed.
 * Silent when there is nothing to do.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { installPackages } from './bootstrap/installPackages.mjs'
import { nodeVersionProblem } from './bootstrap/nodeVersion.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

const problem = nodeVersionProblem(process.versions.node)
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}
const installed = installPackages(root, (line) => process.stdout.write(`${line}\n`))
if (!installed) process.exit(1)
const build = spawnSync(process.execPath, [fileURLToPath(new URL('build.mjs', import.meta.url))], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
})
process.exit(build.status ?? 1)
