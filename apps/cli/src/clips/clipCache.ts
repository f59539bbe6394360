import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { createFrames } from 'sluice/data'
import type { DecodedClip } from './decodeVideo.ts'

/**
 * Decoded clips on disk, so that a second run starts at once. One folder for a user's every run, as
 * entries are named by content: nothing in it is out of date, and no project is littered.
 *
 * An entry is 32 bytes of SHA-256 over the rest, 4 bytes of header length, a JSON header, the times
 * (float64) and the pixels. An entry that is torn, foreign or altered fails the hash and counts as
 * absent. A cache that cannot be written only costs time, so that is no error either.
 */
export class ClipCache {
  readonly folder: string

  constructor(folder: string = cacheFolder()) {
    this.folder = folder
  }

  /** The clip under a key, or undefined. */
  async get(key: string): Promise<DecodedClip | undefined> {
    const path = this.pathOf(key)
    try {
      const clip = unpack(await readFile(path), key)
      // Marks it as used, for `trimCache`.
      if (clip !== undefined) await utimes(path, new Date(), new Date())
      return clip
    } catch {
      return undefined
    }
  }

  /** Keeps a clip: written beside its place, then moved there, so that no reader sees half of one. */
  async put(key: string, clip: DecodedClip): Promise<void> {
    const path = this.pathOf(key)
    const draft = `${path}.${randomUUID()}.tmp`
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(draft, pack(clip), { flag: 'wx' })
      await rename(draft, path)
    } catch {
      await rm(draft, { force: true }).catch(() => {})
    }
  }

  private pathOf(key: string): string {
    return join(this.folder, key.slice(0, 2), `${key.slice(2)}.clip`)
  }
}

/** Where a system keeps what can be made again: XDG, macOS and Windows each have a place. */
export function cacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment
  if (xdg !== undefined && xdg !== '') return join(xdg, 'sluice', 'clips')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'sluice', 'clips')
  if (platform === 'win32' && local !== undefined) return join(local, 'sluice', 'clips')
  return join(home, '.cache', 'sluice', 'clips')
}

const DIGEST_BYTES = 32

function pack({ frames, damage }: DecodedClip): Buffer {
  const { count, height, width, duration } = frames
  const header = Buffer.from(JSON.stringify({ count, height, width, duration, damage }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  const times = Buffer.alloc(count * 8)
  frames.times.forEach((time, i) => {
    times.writeDoubleLE(time, i * 8)
  })
  const body = [length, header, times, frames.data]
  return Buffer.concat([digestOf(body), ...body])
}

function unpack(bytes: Buffer, key: string): DecodedClip | undefined {
  const body = bytes.subarray(DIGEST_BYTES)
  if (!digestOf([body]).equals(bytes.subarray(0, DIGEST_BYTES))) return undefined
  const headerEnd = 4 + body.readUInt32LE(0)
  const header: Header = JSON.parse(body.toString('utf8', 4, headerEnd))
  const { count, height, width, duration, damage } = header
  const times = Float64Array.from({ length: count }, (_, i) => body.readDoubleLE(headerEnd + i * 8))
  const data = new Uint8Array(body.subarray(headerEnd + count * 8))
  return { frames: createFrames({ height, width, data, times, duration }, key), damage }
}

/** As `pack` wrote it: the hash says that it did. */
interface Header {
  readonly count: number
  readonly height: number
  readonly width: number
  readonly duration: number
  readonly damage: readonly string[]
}

function digestOf(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
