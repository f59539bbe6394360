import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { projects } from './projects.mjs'

const stampPath = (root) => join(root, 'node_modules', '.cache', 'sluice', 'built.txt')

/**
 * Whether the last build began after every change of a source, a setting or the build itself.
 * Folders count too: a deleted file changes only its folder's time.
 * @param {string} root the repository
 */
export function isFresh(root) {
  const stamp = stampPath(root)
  if (!existsSync(stamp)) return false
  if (!projects.every(({ folder }) => existsSync(join(root, folder, 'dist')))) return false
  const built = Number(readFileSync(stamp, 'utf8'))
  const settings = ['tsconfig.base.json', 'tsconfig.json', 'package-lock.json', 'tools/build.mjs']
  const inputs = [
    ...settings,
    'tools/build',
    ...projects.flatMap(({ folder }) => [
      `${folder}/src`,
      `${folder}/package.json`,
      `${folder}/tsconfig.json`,
    ]),
  ]
  return inputs.every((input) => newestChange(join(root, input)) < built)
}

/** Records when the build began, so that a change made while it ran is built the next time. */
export function writeStamp(root, startedMs) {
  mkdirSync(dirname(stampPath(root)), { recursive: true })
  writeFileSync(stampPath(root), String(startedMs))
}

/** The build writes into `generated` itself; tests are not built. */
function newestChange(path) {
  const status = statSync(path)
  if (!status.isDirectory()) return status.mtimeMs
  let newest = status.mtimeMs
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.name === 'generated' || entry.name.endsWith('.test.ts')) continue
    newest = Math.max(newest, newestChange(join(path, entry.name)))
  }
  return newest
}
