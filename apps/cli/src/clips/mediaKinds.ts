import { open } from 'node:fs/promises'
import { extname } from 'node:path'

/** What a file is decoded by, judged by its name. */
export type MediaKind = 'video' | 'animation' | 'image' | 'tensor'

const KINDS: Readonly<Record<MediaKind, ReadonlySet<string>>> = {
  video: new Set(
    '.mp4 .m4v .mov .webm .mkv .avi .mpg .mpeg .ogv .wmv .flv .3gp .ts .mts .m2ts'.split(' '),
  ),
  animation: new Set(['.gif', '.webp']),
  image: new Set('.png .jpg .jpeg .jpe .jfif .tif .tiff .avif'.split(' ')),
  tensor: new Set(['.npy', '.npz', '.safetensors']),
}

/** Pictures for which there is no decoder, those of cameras among them. */
const UNREAD_PICTURES: ReadonlySet<string> = new Set(
  (
    '.heic .heif .hif .jxl .bmp .dib .jp2 .j2k .jpf .jxr .psd .psb .xcf .tga .exr .hdr .ppm .pgm .svg ' +
    '.dng .cr2 .cr3 .crw .nef .nrw .arw .srf .sr2 .raf .orf .rw2 .pef .srw .x3f .3fr .iiq .raw'
  ).split(' '),
)

/** Endings of all files that can be a clip, for messages. */
export const CLIP_ENDINGS = [...KINDS.video, ...KINDS.animation, ...KINDS.tensor].join(' ')

export function mediaKind(name: string): MediaKind | undefined {
  const ending = extname(name).toLowerCase()
  if (KINDS.video.has(ending)) return 'video'
  if (KINDS.animation.has(ending)) return 'animation'
  if (KINDS.tensor.has(ending)) return 'tensor'
  return KINDS.image.has(ending) ? 'image' : undefined
}

/** Hidden files, and those that systems leave in every folder. */
export function isLitter(name: string): boolean {
  return name.startsWith('.') || /^(thumbs\.db|desktop\.ini|__macosx)$/i.test(name)
}

/** A picture that may be a frame of an image folder; a WebP too, if it is in one. */
export function isStillImage(name: string): boolean {
  return !isLitter(name) && (mediaKind(name) === 'image' || /\.webp$/i.test(name))
}

/** A picture, by its ending, in a format that is not read. */
export function isUnreadPicture(name: string): boolean {
  return !isLitter(name) && UNREAD_PICTURES.has(extname(name).toLowerCase())
}

/** Whether a WebP file holds an animation: a bit in its header (the VP8X chunk of the format). */
export async function isAnimatedWebp(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const header = Buffer.alloc(21)
    const { bytesRead } = await file.read(header, 0, 21, 0)
    if (bytesRead < 21 || header.toString('latin1', 12, 16) !== 'VP8X') return false
    return (header.readUInt8(20) & 0x02) !== 0
  } finally {
    await file.close()
  }
}
