import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Whether node_modules holds what the lock file asks for: npm writes what it installed into
 * `node_modules/.package-lock.json`. Optional packages of other platforms may be absent.
 * @param {string} root the repository
 * @param {string} lock text of package-lock.json
 */
export function packagesMatchLock(root, lock) {
  const record = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages ?? {}
  for (const [path, wanted] of Object.entries(JSON.parse(lock).packages)) {
    if (!path.includes('node_modules/')) continue
    const found = installed[path]
    if (found === undefined) {
      if (wanted.optional === true || wanted.peer === true) continue
      return false
    }
    if (wanted.version !== found.version || !existsSync(join(root, path))) return false
  }
  return true
}
