import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { SluiceError } from 'sluice'
import type { Frames } from 'sluice/data'
import type { ClipCache } from './clipCache.ts'
import { clipKey } from './clipKey.ts'
import { decodeAnimation, decodeImageFolder, imageNames } from './decodeImages.ts'
import { type DecodedClip, type DecodeVideoOptions, decodeVideo } from './decodeVideo.ts'
import { CLIP_ENDINGS, mediaKind } from './mediaKinds.ts'
import { checkRegularFile } from './videoInput.ts'

export interface LoadOptions extends DecodeVideoOptions {
  /** Frames per second of image folders, which do not say. Default 10. */
  readonly imageFps?: number
  /** Where decoded clips are kept; none unless given. */
  readonly cache?: ClipCache
  /** Told when a file is damaged but could be read in part. */
  readonly onDamage?: (path: string, complaints: readonly string[]) => void
}

/**
 * The frames of a clip, whatever it is stored as: a video file, an animated GIF or WebP, or a folder
 * of images.
 * @throws SluiceError whose message begins with the path
 */
export async function loadFrames(path: string, options: LoadOptions): Promise<Frames> {
  const { frames, damage } = await loadClip(path, options)
  if (damage.length > 0) options.onDamage?.(path, damage)
  return frames
}

async function loadClip(path: string, options: LoadOptions): Promise<DecodedClip> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw new SluiceError('missing', 'no such clip', { where: path, cause })
  })
  const { side, imageFps: fps = 10 } = options
  if (facts.isDirectory()) {
    const names = await imageNames(path)
    return cached(options.cache, [path, names, { side, fps, kind: 'images' }], async () => ({
      frames: await decodeImageFolder(path, { side, fps }),
      damage: [],
    }))
  }
  await checkRegularFile(path)
  const file = [dirname(path), [basename(path)]] as const
  const kind = mediaKind(path)
  if (kind === 'animation') {
    return cached(options.cache, [...file, { side, kind }], async () => ({
      frames: await decodeAnimation(path, { side }),
      damage: [],
    }))
  }
  if (kind === 'video') {
    return cached(options.cache, [...file, { side, kind }], () => decodeVideo(path, options))
  }
  throw new SluiceError('data', 'not a kind of clip that is known', {
    where: path,
    expected: `${CLIP_ENDINGS} or a folder of images`,
  })
}

async function cached(
  cache: ClipCache | undefined,
  key: Parameters<typeof clipKey>,
  decode: () => Promise<DecodedClip>,
): Promise<DecodedClip> {
  if (cache === undefined) return decode()
  const name = await clipKey(...key)
  const known = await cache.get(name)
  if (known !== undefined) return known
  const clip = await decode()
  await cache.put(name, clip)
  return clip
}
