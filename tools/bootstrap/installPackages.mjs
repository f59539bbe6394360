import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packagesMatchLock } from './packagesMatchLock.mjs'

/**
 * Runs `npm ci` when what is installed is not what the lock file says. A stamp with the hash of the
 * lock makes the usual answer cheap; without one (someone ran `npm ci` by hand) the installed
 * packages are compared with the lock before anything is thrown away.
 * @param {string} root the repository
 * @param {(line: string) => void} say
 * @returns {boolean} false when the installation failed (npm's words are on stderr)
 */
export function installPackages(root, say) {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const hash = createHash('sha256').update(lock).digest('hex')
  const stampFolder = join(root, 'node_modules', '.cache', 'sluice')
  const stamp = join(stampFolder, 'installed.sha256')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return true
  if (!packagesMatchLock(root, lock)) {
    say('installing packages (npm ci, about a minute the first time) ...')
    const start = performance.now()
    if (!npmCi(root)) return false
    say(`installed in ${((performance.now() - start) / 1000).toFixed(0)} s`)
  }
  mkdirSync(stampFolder, { recursive: true })
  writeFileSync(stamp, hash)
  return true
}

/** Development packages are wanted even where NODE_ENV says production: they build and test. */
function npmCi(root) {
  const options = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const [program, first] =
    npm?.endsWith('.js') === true && /npm-cli/.test(npm)
      ? [process.execPath, [npm]]
      : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []]
  const result = spawnSync(program, [...first, ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32' && first.length === 0,
    maxBuffer: 64 * 1024 * 1024,
  })
  if (result.status === 0) return true
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
  const why = result.error === undefined ? `exit code ${result.status}` : result.error.message
  process.stderr.write(`npm ci failed (${why}): is the network there? Run the command again.\n`)
  return false
}
