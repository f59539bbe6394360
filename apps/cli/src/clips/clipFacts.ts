import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readImageList } from 'sluice/data'
import { sharp } from '../pictures/imageLibrary.ts'
import { parseClipPath } from './clipPath.ts'
import { imageNames } from './decodeImages.ts'
import { mediaKind } from './mediaKinds.ts'
import { probeVideo } from './probeVideo.ts'

/** What kind of file or folder holds a clip. */
export type ClipKind = 'video' | 'animation' | 'images' | 'array'

/** A clip's kind, and the size of its frames before anything was scaled. */
export interface ClipFacts {
  readonly kind: ClipKind
  /** Upright and in square pixels; undefined for arrays, whose size is their own. */
  readonly size: { readonly width: number; readonly height: number } | undefined
}

/**
 * Reads a clip's kind and size from its header alone; for clips that could be decoded.
 * @throws SluiceError as probing a video does
 */
export async function clipFacts(name: string): Promise<ClipFacts> {
  const { file } = parseClipPath(name)
  const kind = mediaKind(file)
  if (kind === 'tensor') return { kind: 'array', size: undefined }
  if (kind === 'video') {
    const { width, height } = await probeVideo(file)
    return { kind, size: { width, height } }
  }
  if (kind === 'animation') {
    const { width, height, pageHeight } = await sharp(file, { animated: true }).metadata()
    return { kind, size: { width, height: pageHeight ?? height } }
  }
  const folder = (await stat(file)).isDirectory()
  const [first = ''] = folder ? await imageNames(file) : readImageList(await readFile(file), file)
  const image = join(folder ? file : dirname(file), first)
  return { kind: 'images', size: (await sharp(image).metadata()).autoOrient }
}
