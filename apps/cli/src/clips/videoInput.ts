import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SluiceError } from 'sluice'

/**
 * Containers that may be opened. Left to itself ffmpeg guesses from the content, and a text file
 * could then be a playlist (HLS, concat) that names other files of this machine.
 */
const CONTAINERS = [
  'mov,mp4,m4a,3gp,3g2,mj2',
  'matroska,webm',
  'avi,mpeg,mpegvideo,mpegts,m4v,h264,hevc,ivf,obu',
  'ogg,flv,asf,gif,mjpeg,nut,dv,mxf,rm,wtv',
].join(',')

/**
 * How ffmpeg and ffprobe are pointed at a file: as `file:` with a full path, so that a name can
 * neither be an option nor another protocol.
 */
export function inputArguments(path: string): string[] {
  const input = `file:${resolve(path)}`
  return ['-protocol_whitelist', 'file,pipe', '-format_whitelist', CONTAINERS, '-i', input]
}

/**
 * @throws SluiceError `missing` or `data` unless there is a file with something in it; pipes and
 * devices are refused, as they may never end
 */
export async function checkRegularFile(path: string): Promise<void> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw new SluiceError('missing', 'no such file, or not readable', { where: path, cause })
  })
  if (!facts.isFile()) {
    throw new SluiceError('data', 'not a regular file', {
      where: path,
      received: facts.isDirectory() ? 'a folder' : 'a pipe, socket or device',
    })
  }
  if (facts.size === 0) throw new SluiceError('data', 'the file is empty', { where: path })
}

/** What ffmpeg complained about, without its prefixes; at most a few lines. */
export function complaints(log: readonly string[], most = 3): string[] {
  const lines = log
    .filter((line) => /\[(error|fatal|panic)\]/.test(line))
    .map((line) => line.replace(/^.*?\[(error|fatal|panic)\] */, '').replace(/file:\S*\//g, ''))
  return [...new Set(lines)].slice(0, most)
}
