import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { findProgram } from './findProgram.ts'

/**
 * Small media made at test time. Frames carry their number as brightness, so a test can tell from
 * decoded pixels which frame it got.
 */
const ffmpeg = findProgram('ffmpeg')

/** Why tests with video files cannot run here; undefined when they can. CI must run them. */
export const noVideo: string | undefined =
  ffmpeg === undefined || findProgram('ffprobe') === undefined
    ? 'ffmpeg and ffprobe are not installed'
    : undefined
if (noVideo !== undefined && process.env.CI === 'true') throw new Error(noVideo)

/** A folder that is gone when the returned function has been called. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'sluice-clips-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Brightness of frame i; far enough apart to survive compression. */
export const levelOf = (i: number): number => 20 + 20 * i

/** Which frame a pixel value came from. */
export const frameOf = (value: number): number => Math.max(0, Math.round((value - 20) / 20))

/** Flat grey frames `[count, height, width, channels]`, each at its level, opaque. */
export function flatFrames(count: number, width: number, height: number, channels: 3 | 4): Buffer {
  const pixels = Buffer.alloc(count * width * height * channels)
  const frameBytes = width * height * channels
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = channels === 4 && i % 4 === 3 ? 255 : levelOf(Math.floor(i / frameBytes))
  }
  return pixels
}

export interface VideoRecipe {
  readonly path: string
  readonly count: number
  readonly fps: number
  readonly width?: number
  readonly height?: number
  readonly pixels?: Buffer
  /** Filters, such as new time stamps. */
  readonly filter?: string
  /** Further options before the output's name. */
  readonly output?: readonly string[]
}

/** Writes a video with ffmpeg's own MPEG-4 encoder, which every build has. */
export function writeVideo(recipe: VideoRecipe): void {
  const { path, count, fps, width = 64, height = 48, filter = 'null', output = [] } = recipe
  runFfmpeg(
    [
      ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', String(fps)],
      ...['-i', 'pipe:0', '-vf', filter, '-c:v', 'mpeg4', '-q:v', '2', ...output, `file:${path}`],
    ],
    recipe.pixels ?? flatFrames(count, width, height, 3),
  )
}

export function runFfmpeg(args: readonly string[], input: Buffer = Buffer.alloc(0)): void {
  const result = spawnSync(ffmpeg ?? '', ['-v', 'error', '-y', ...args], { input })
  if (result.status !== 0) throw new Error(`ffmpeg: ${result.stderr}`)
}

/** Writes an animated GIF or WebP (lossless) of flat frames. */
export async function writeAnimation(
  path: string,
  delays: readonly number[],
  options: { readonly width?: number; readonly height?: number; readonly pixels?: Buffer } = {},
): Promise<void> {
  const { width = 24, height = 16 } = options
  const pixels = options.pixels ?? flatFrames(delays.length, width, height, 4)
  const image = sharp(pixels, {
    raw: { width, height: height * delays.length, channels: 4, pageHeight: height },
  })
  const delay = [...delays]
  await (path.endsWith('.gif')
    ? image.gif({ delay })
    : image.webp({ lossless: true, delay })
  ).toFile(path)
}
