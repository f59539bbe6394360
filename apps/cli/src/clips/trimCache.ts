import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What the cache may grow to unless told otherwise: 4 GiB. */
export const CACHE_BYTES = 4 * 2 ** 30

/**
 * Removes the entries of a clip cache that were used longest ago until it fits, and drafts that a
 * killed run left. Only files that look like the cache's own are touched.
 * @param now milliseconds since 1970, to judge the age of drafts
 */
export async function trimCache(folder: string, maxBytes: number, now: number): Promise<void> {
  const entries: { path: string; bytes: number; used: number }[] = []
  for (const inner of await readdir(folder).catch(() => [])) {
    if (!/^[0-9a-f]{2}$/.test(inner)) continue
    for (const name of await readdir(join(folder, inner)).catch(() => [])) {
      const path = join(folder, inner, name)
      const facts = await stat(path).catch(() => undefined)
      if (facts === undefined) continue
      if (/^[0-9a-f]{62}\.clip$/.test(name)) {
        entries.push({ path, bytes: facts.size, used: facts.mtimeMs })
      } else if (name.endsWith('.tmp') && now - facts.mtimeMs > 3_600_000) {
        await rm(path, { force: true })
      }
    }
  }
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  for (const entry of entries.sort((a, b) => a.used - b.used)) {
    if (bytes <= maxBytes) return
    await rm(entry.path, { force: true })
    bytes -= entry.bytes
  }
}
