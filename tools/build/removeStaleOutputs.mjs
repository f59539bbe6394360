import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { projects } from './projects.mjs'

/**
 * Removes outputs whose source is gone: the compiler leaves them, and a published package would
 * carry them along.
 * @param {string} root the repository
 */
export function removeStaleOutputs(root) {
  for (const project of projects) prune(join(root, project, 'dist'), join(root, project, 'src'))
}

function prune(dist, src) {
  if (!existsSync(dist)) return
  for (const entry of readdirSync(dist, { withFileTypes: true })) {
    const output = join(dist, entry.name)
    if (entry.isDirectory()) {
      if (existsSync(join(src, entry.name))) prune(output, join(src, entry.name))
      else rmSync(output, { recursive: true })
      continue
    }
    const source = entry.name.replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts')
    if (source !== entry.name && !existsSync(join(src, source))) rmSync(output)
  }
}
