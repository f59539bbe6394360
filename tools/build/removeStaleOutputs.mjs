import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Removes types whose source is gone and code that the last build did not write: a published package
 * would carry them along.
 * @param {string} root the repository
 * @param {Map<string, Set<string>>} written what `bundleProjects` gave
 */
export function removeStaleOutputs(root, written) {
  for (const [project, files] of written) {
    prune(join(root, project, 'dist'), join(root, project, 'src'), files, '')
  }
}

function prune(dist, src, written, folder) {
  for (const entry of readdirSync(join(dist, folder), { withFileTypes: true })) {
    const name = `${folder}${entry.name}`
    if (entry.isDirectory()) {
      prune(dist, src, written, `${name}/`)
      if (readdirSync(join(dist, name)).length === 0) rmdirSync(join(dist, name))
      continue
    }
    const source = name.replace(/\.d\.ts(\.map)?$/, '.ts')
    const isType = source !== name
    if (isType ? existsSync(join(src, source)) : written.has(name) || !isCode(name)) continue
    rmSync(join(dist, name))
  }
}

function isCode(name) {
  return /\.js(\.map)?$/.test(name)
}
