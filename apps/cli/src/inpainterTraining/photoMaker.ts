import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  type MaskedPicture,
  makeMaskedPicture,
  type PhotoSize,
  type PictureSettings,
  type PictureTask,
  type RgbPhoto,
} from 'sluice/inpainting'
import { loadPhoto } from '../photos/loadPhoto.ts'
import { rgbOf } from '../photos/photo.ts'
import { sharp } from '../pictures/imageLibrary.ts'

/** How photographs are found and decoded, and what is made of them: plain data, sent to where it is done. */
export interface PhotoPlan {
  /** Folder to which paths are relative. */
  readonly root: string
  /** Pixels of the shorter side to which photographs are scaled down. */
  readonly shortSide: number
  /** Bytes of decoded photographs that are kept in memory. */
  readonly memoryBytes: number
  readonly settings: PictureSettings
}

/** What is known of a photograph once it was decoded: its size as it is kept. */
export interface PhotoFacts extends PhotoSize {
  /** Hash over its pixels. */
  readonly digest: string
}

/** What a thread is asked to do with one photograph. */
export type PhotoTask =
  | { readonly kind: 'inspect'; readonly path: string }
  | { readonly kind: 'make'; readonly path: string; readonly task: PictureTask }

/** Decodes photographs and makes pictures of them, here or elsewhere; where changes speed and never bits. */
export interface PhotoMaker {
  inspect(path: string): Promise<PhotoFacts>
  make(path: string, task: PictureTask): Promise<MaskedPicture>
}

/** Makes pictures in this thread. */
export class LocalPhotoMaker implements PhotoMaker {
  private readonly plan: PhotoPlan
  /** Those used last stand last. */
  private readonly kept = new Map<string, RgbPhoto>()
  private keptBytes = 0

  constructor(plan: PhotoPlan) {
    this.plan = plan
  }

  async inspect(path: string): Promise<PhotoFacts> {
    const { width, height, data } = await this.load(path)
    const digest = createHash('sha256').update(`${width}×${height}`).update(data).digest('hex')
    return { width, height, digest }
  }

  async make(path: string, task: PictureTask): Promise<MaskedPicture> {
    return makeMaskedPicture(await this.load(path), task, this.plan.settings)
  }

  private async load(path: string): Promise<RgbPhoto> {
    const photo =
      this.kept.get(path) ?? (await decodePhoto(join(this.plan.root, path), this.plan.shortSide))
    if (this.kept.delete(path)) this.keptBytes -= photo.data.length
    this.kept.set(path, photo)
    this.keptBytes += photo.data.length
    for (const [oldest, { data }] of this.kept) {
      if (this.keptBytes <= this.plan.memoryBytes) break
      this.kept.delete(oldest)
      this.keptBytes -= data.length
    }
    return photo
  }
}

/** Decodes a photograph and scales it down until its shorter side has so many pixels. */
export async function decodePhoto(path: string, shortSide: number): Promise<RgbPhoto> {
  const photo = await loadPhoto(path)
  const { width, height } = photo
  const data = rgbOf(photo)
  const factor = shortSide / Math.min(width, height)
  if (factor >= 1) return { width, height, data }
  const scaled = {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
  }
  const smaller = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ ...scaled, fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer()
  return { ...scaled, data: new Uint8Array(smaller) }
}
