import { SluiceError } from 'sluice'
import { requireProgram } from './findProgram.ts'
import { runProgram } from './runProgram.ts'
import { complaints, inputArguments } from './videoInput.ts'

/** What must be known of a video before its frames. */
export interface VideoFacts {
  /** Pixels as shown: upright, and square. */
  readonly width: number
  readonly height: number
  /** Average frames per second; 25 when the file does not say. */
  readonly fps: number
  /** Seconds that the video track claims to last. */
  readonly duration: number | undefined
  /** The time stamp of its first frame, seconds. */
  readonly start: number
}

/** Pixels in a row or column that no real recording has. */
const LONGEST_SIDE = 16384
const PROBE_MS = 30_000

/**
 * Reads the facts of a file's first video track with ffprobe.
 * @throws SluiceError `missing` without ffprobe, `data` when this is not a video, `limit` for
 * absurd sizes
 */
export async function probeVideo(path: string, searchPath?: string): Promise<VideoFacts> {
  const program = requireProgram('ffprobe', searchPath)
  const { status, stdout, stderr } = await runProgram(
    program,
    [
      ...['-loglevel', 'level+error', '-hide_banner', '-print_format', 'json'],
      ...['-select_streams', 'V:0', '-show_streams'],
      ...inputArguments(path),
    ],
    PROBE_MS,
  )
  const stream = status === 0 ? firstStream(stdout) : undefined
  if (stream === undefined) {
    const [said] = complaints(stderr.split('\n'))
    throw new SluiceError('data', 'cannot be read as a video', {
      where: path,
      received: said ?? (status === 0 ? 'a file without a video track' : `ffprobe: ${status}`),
      fix: 'check that it plays elsewhere; it may be cut off, damaged, or something else',
    })
  }
  return shownFacts(stream, path)
}

type Fields = Record<string, unknown>

function firstStream(json: string): Fields | undefined {
  const parsed: unknown = JSON.parse(json)
  if (!isFields(parsed) || !Array.isArray(parsed.streams)) return undefined
  const [stream]: unknown[] = parsed.streams
  return isFields(stream) ? stream : undefined
}

function shownFacts(stream: Fields, path: string): VideoFacts {
  const coded = { width: Number(stream.width), height: Number(stream.height) }
  const aspect = ratio(stream.sample_aspect_ratio, ':') ?? 1
  const width = Math.max(1, Math.round(coded.width * aspect))
  const { height } = coded
  if (!(width >= 1 && height >= 1 && width <= LONGEST_SIDE && height <= LONGEST_SIDE)) {
    throw new SluiceError('limit', 'a frame size that cannot be decoded', {
      where: path,
      expected: `up to ${LONGEST_SIDE} pixels a side`,
      received: `${coded.width}×${coded.height}`,
    })
  }
  const duration = Number(stream.duration)
  const onItsSide = Math.abs(Math.round(rotationOf(stream) / 90)) % 2 === 1
  return {
    width: onItsSide ? height : width,
    height: onItsSide ? width : height,
    fps: ratio(stream.avg_frame_rate, '/') ?? ratio(stream.r_frame_rate, '/') ?? 25,
    duration: Number.isFinite(duration) && duration > 0 ? duration : undefined,
    start: Number.isFinite(Number(stream.start_time)) ? Number(stream.start_time) : 0,
  }
}

/** Degrees by which a player turns the picture; phones record sideways and say so. */
function rotationOf(stream: Fields): number {
  const list: unknown[] = Array.isArray(stream.side_data_list) ? stream.side_data_list : []
  for (const entry of list) {
    if (isFields(entry) && typeof entry.rotation === 'number') return entry.rotation
  }
  return 0
}

/** `30000/1001` or `4:3` as a number, if both parts are above zero. */
function ratio(value: unknown, separator: string): number | undefined {
  const [above, below] = String(value).split(separator).map(Number)
  if (above === undefined || below === undefined) return undefined
  const result = above / below
  return Number.isFinite(result) && result > 0 ? result : undefined
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
