import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { SluiceError } from 'sluice'

/**
 * The full path of a program on PATH. Looked up here rather than by the system, because Windows
 * would also try the current folder, which may be somebody else's folder of clips.
 */
export function findProgram(
  name: string,
  path = process.env.PATH ?? '',
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const file = platform === 'win32' ? `${name}.exe` : name
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, file))
    .find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * The full path of a program that comes with ffmpeg.
 * @throws SluiceError `missing` with the line that installs it
 */
export function requireProgram(name: 'ffmpeg' | 'ffprobe', path?: string): string {
  const found = findProgram(name, path)
  if (found !== undefined) return found
  throw new SluiceError('missing', `video files need the program ${name}, which is not on PATH`, {
    fix: [
      'install ffmpeg:',
      '    Debian, Ubuntu: sudo apt-get install ffmpeg',
      '    macOS:          brew install ffmpeg',
      '    Windows:        winget install ffmpeg',
      '  or use clips that need no program: animated GIF or WebP, or folders of images',
    ].join('\n'),
  })
}
