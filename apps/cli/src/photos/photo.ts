/** Samples of a picture: 8 bits each, or 16. */
export type Samples = Uint8Array | Uint16Array

/** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
export type Channels = 1 | 2 | 3 | 4

export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'gif' | 'avif'

/** How an EXIF orientation turns the stored pixels into what is displayed; 1 leaves them. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** What travels beside the pixels, as bytes that are not looked into. */
export interface PhotoMetadata {
  readonly icc?: Uint8Array
  /** A TIFF structure, without the `Exif` marker that JPEG puts in front of it. */
  readonly exif?: Uint8Array
  readonly xmp?: Uint8Array
  /** The IPTC record alone, without Photoshop's resources around it. */
  readonly iptc?: Uint8Array
  /** Chunks of a PNG file that say how its numbers are meant (`gAMA`, `pHYs`, text), whole; PNG alone. */
  readonly pngChunks?: readonly Uint8Array[]
  /** The density fields of a JFIF header, which PNG can say as well: unit, then across and down, 5 bytes. */
  readonly jfifDensity?: Uint8Array
}

/** How a lossy file was compressed, so that it can be compressed alike. */
export interface LossyFacts {
  /** 1 to 100 as encoders count; estimated from the file's quantisation. */
  readonly quality: number
  /** JPEG only. WebP always halves colour. */
  readonly chromaSubsampling?: '4:2:0' | '4:4:4'
  readonly progressive?: boolean
}

/** What the file was, beyond its pixels. */
export interface PhotoSource {
  readonly format: PhotoFormat
  readonly orientation: Orientation
  /** Left out when the file loses nothing. */
  readonly lossy?: LossyFacts
  /** Frames or pages in the file; the first is the photo. */
  readonly frames: number
  readonly metadata: PhotoMetadata
}

/**
 * A photo in memory, as it is displayed: EXIF orientation is applied. Samples are the file's own
 * numbers, row-major `[height, width, channels]`, in its own colour space.
 */
export interface Photo {
  readonly path: string
  readonly pixels: Samples
  readonly width: number
  readonly height: number
  readonly channels: Channels
  readonly source: PhotoSource
  /** What was converted or left out on the way in, as sentences for people. */
  readonly notes: readonly string[]
}

/** The colours of a photo as 8-bit RGB: alpha left out, grey repeated, 16 bits rounded. */
export function rgbOf({
  pixels,
  width,
  height,
  channels,
}: Omit<Photo, 'path' | 'source' | 'notes'>) {
  if (channels === 3 && pixels instanceof Uint8Array) return pixels
  const wide = pixels instanceof Uint16Array
  const rgb = new Uint8Array(width * height * 3)
  const second = channels >= 3 ? 1 : 0
  for (let i = 0, from = 0; i < rgb.length; i += 3, from += channels) {
    for (let c = 0; c < 3; c++) {
      const sample = pixels[from + c * second] as number
      rgb[i + c] = wide ? Math.round(sample / 257) : sample
    }
  }
  return rgb
}
