import { readFile, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { SluiceError } from 'sluice'
import { type Frames, readImageList } from 'sluice/data'
import type { ClipCache } from './clipCache.ts'
import { clipKey } from './clipKey.ts'
import { parseClipPath } from './clipPath.ts'
import { decodeAnimation, decodeImages, imageNames } from './decodeImages.ts'
import { type DecodedClip, type DecodeVideoOptions, decodeVideo } from './decodeVideo.ts'
import { CLIP_ENDINGS, mediaKind } from './mediaKinds.ts'
import { partOfFrames } from './partOfFrames.ts'
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
 * of images, or a text file that lists them. A part of a clip is named `file#t=start,end`.
 * @throws SluiceError whose message begins with the path
 */
export async function loadFrames(path: string, options: LoadOptions): Promise<Frames> {
  const { frames, damage } = await loadClip(path, options)
  if (damage.length > 0) options.onDamage?.(path, damage)
  return frames
}

async function loadClip(name: string, options: LoadOptions): Promise<DecodedClip> {
  const { file: path, start, end } = parseClipPath(name)
  if (start !== undefined && mediaKind(path) !== 'video') {
    const { frames, damage } = await loadClip(path, options)
    return { frames: partOfFrames(frames, { start, end }, name), damage }
  }
  const facts = await stat(path).catch((cause: unknown) => {
    throw new SluiceError('missing', 'no such clip', { where: path, cause })
  })
  const { side } = options
  if (facts.isDirectory()) {
    return loadImages(path, await imageNames(path), path, options)
  }
  await checkRegularFile(path)
  if (/\.txt$/i.test(path)) {
    return loadImageList(path, options)
  }
  const file = [dirname(path), [basename(path)]] as const
  const kind = mediaKind(path)
  if (kind === 'animation') {
    return cached(options.cache, [...file, { side, kind }], async () => ({
      frames: await decodeAnimation(path, { side }),
      damage: [],
    }))
  }
  if (kind === 'video') {
    const part = start === undefined ? {} : { start, ...(end === undefined ? {} : { end }) }
    return cached(options.cache, [...file, { side, kind, ...part }], () =>
      decodeVideo(path, { ...options, ...part }),
    )
  }
  if (kind === 'tensor') {
    throw new SluiceError('data', 'this is an array, and the network sees frames', {
      where: path,
      expected: 'a video, an animated image, or a folder of images',
      fix: 'for arrays use a model that was trained on arrays',
    })
  }
  throw new SluiceError('data', 'not a kind of clip that is known', {
    where: path,
    expected: `${CLIP_ENDINGS}, a folder of images, or a list of them (.txt)`,
  })
}

async function loadImageList(list: string, options: LoadOptions): Promise<DecodedClip> {
  const names = readImageList(await readFile(list), list)
  try {
    return await loadImages(dirname(list), names, list, options)
  } catch (error) {
    if (!(error instanceof SluiceError) || error.facts.where === list) throw error
    throw new SluiceError(error.code, 'an image of the list cannot be used', {
      where: list,
      received: error.message.split('\n')[0] ?? '',
      cause: error,
    })
  }
}

async function loadImages(
  folder: string,
  names: readonly string[],
  where: string,
  { side, imageFps: fps = 10, cache }: LoadOptions,
): Promise<DecodedClip> {
  return cached(cache, [folder, names, { side, fps, kind: 'images' }], async () => ({
    frames: await decodeImages(folder, names, { side, fps }, where),
    damage: [],
  }))
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
