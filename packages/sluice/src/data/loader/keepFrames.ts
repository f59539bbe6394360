import type { Recording } from '../clips/tensorClip.ts'

/**
 * Keeps decoded clips in memory up to `maxBytes`, so that epochs after the first do not decode or
 * read them again. What is in stays in: an epoch visits everything once, and evicting the oldest, as
 * caches usually do, would throw out each clip just before it is wanted.
 */
export function keepFrames<Item extends { readonly path: string }>(
  load: (item: Item) => Promise<Recording>,
  maxBytes: number,
): (item: Item) => Promise<Recording> {
  const kept = new Map<string, Recording>()
  let bytes = 0
  return async (item) => {
    const known = kept.get(item.path)
    if (known !== undefined) return known
    const frames = await load(item)
    const times = 'kind' in frames ? 0 : frames.times.byteLength
    const size = frames.data.byteLength + times
    if (!kept.has(item.path) && bytes + size <= maxBytes) {
      kept.set(item.path, frames)
      bytes += size
    }
    return frames
  }
}
