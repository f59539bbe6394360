import { createInterface } from 'node:readline'
import { SluiceError } from 'sluice'
import type { TimedFrame } from 'sluice/data'
import { boundedSize } from './boundedSize.ts'
import { requireProgram } from './findProgram.ts'
import { probeVideo, type VideoFacts } from './probeVideo.ts'
import { type Running, runProgram, startProgram, whenClosed } from './runProgram.ts'
import { ShownTimes } from './shownTimes.ts'
import { checkRegularFile, complaints, inputArguments } from './videoInput.ts'

export interface VideoOptions {
  /** Pixels of the shorter side to scale down to; smaller videos stay as they are. */
  readonly side: number
  /** Give up when the decoder delivers nothing for this long. Default 60 000. */
  readonly stallMs?: number
  /** Where to look for ffmpeg. Default: PATH. */
  readonly searchPath?: string
  readonly signal?: AbortSignal
  /** Begin about here, seconds; what lies before is not decoded. Default: the beginning. */
  readonly from?: number
}

/** A video being decoded. */
export interface VideoStream {
  readonly facts: VideoFacts
  /** Every frame once, in order, on a clock on which the video begins at second 0. Held back while nobody reads. */
  readonly frames: AsyncGenerator<TimedFrame, void, undefined>
  /** What the decoder complained about and went on; complete when the frames have ended. */
  readonly damage: readonly string[]
}

/**
 * Decodes a video with the system's ffmpeg, upright, in square pixels, scaled to a small size, in
 * bounded memory.
 *
 * Every frame is passed on with the time the file gives it (`showinfo` prints the time stamp of each
 * frame as it leaves the filters). The alternative, ffmpeg's `fps` filter, rounds to the nearest
 * frame and would bake one clock into what is stored; with real times, sampling by "what was on
 * screen" is exact at any rate and start, for variable frame rates too.
 * @throws SluiceError `missing` without the file or ffmpeg, `data` when it cannot be decoded
 */
export async function openVideo(path: string, options: VideoOptions): Promise<VideoStream> {
  await checkRegularFile(path)
  const program = requireProgram('ffmpeg', options.searchPath)
  const facts = await probeVideo(path, options.searchPath)
  const size = boundedSize(facts, options.side)
  const passthrough = await passthroughArguments(program)
  const damage: string[] = []
  const { from = 0 } = options
  const origin = from > 0 ? facts.start : undefined
  const start = (): Running =>
    startProgram(program, [
      ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+info', '-threads', '1'],
      // Time stamps stay the file's own, so that a part has the clock of the whole.
      ...(from > 0 ? ['-ss', String(from), '-copyts'] : []),
      ...inputArguments(path),
      ...['-map', '0:V:0', '-an', '-sn', '-dn'],
      ...['-vf', `scale=${size.width}:${size.height}:flags=area+accurate_rnd+bitexact,showinfo`],
      ...[...passthrough, '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'],
    ])
  return {
    facts,
    frames: decode(path, start, size, { fps: facts.fps, origin }, damage, options),
    damage,
  }
}

async function* decode(
  path: string,
  start: () => Running,
  size: { readonly width: number; readonly height: number },
  clock: { readonly fps: number; readonly origin: number | undefined },
  damage: string[],
  options: VideoOptions,
): AsyncGenerator<TimedFrame, void, undefined> {
  options.signal?.throwIfAborted()
  const running = start()
  const closed = whenClosed(running)
  closed.catch(() => {})
  const kill = (): void => {
    running.kill('SIGKILL')
  }
  options.signal?.addEventListener('abort', kill, { once: true })
  const log: string[] = []
  const times = new ShownTimes(clock.fps)
  createInterface({ input: running.stderr })
    .on('line', (line) => {
      if (!times.read(line) && /\[(error|fatal|panic)\]/.test(line) && log.length < 50) {
        log.push(line)
      }
    })
    .on('close', () => times.end())
  let { origin } = clock
  let seen = false
  try {
    for await (const data of framesOf(path, running, size.width * size.height * 3, options)) {
      const time = await times.next()
      if (time === undefined) break
      origin ??= time
      seen = true
      yield { time: time - origin, height: size.height, width: size.width, data }
    }
    const status = await closed
    options.signal?.throwIfAborted()
    damage.push(...complaints(log))
    if (status !== 0 || !seen) {
      throw new SluiceError('data', 'the video cannot be decoded', {
        where: path,
        received: damage[0] ?? (status === 0 ? 'no frames' : `ffmpeg ended with ${status}`),
      })
    }
  } finally {
    options.signal?.removeEventListener('abort', kill)
    kill()
  }
}

/** The bytes of each whole frame on a program's output. */
async function* framesOf(
  path: string,
  running: Running,
  frameBytes: number,
  options: VideoOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { stallMs = 60_000 } = options
  let frame = new Uint8Array(frameBytes)
  let filled = 0
  let stalled = false
  const chunks = running.stdout[Symbol.asyncIterator]()
  for (;;) {
    // Only the decoder's time counts: a reader may take as long as it likes between frames.
    const timer = setTimeout(() => {
      stalled = true
      running.kill('SIGKILL')
    }, stallMs)
    const { value, done } = await chunks.next().finally(() => clearTimeout(timer))
    if (stalled) {
      throw new SluiceError('limit', `the decoder stood still for ${stallMs / 1000} s`, {
        where: path,
      })
    }
    if (done === true) return
    const chunk: Buffer = value
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(chunk.length - at, frameBytes - filled)
      frame.set(chunk.subarray(at, at + taken), filled)
      at += taken
      filled += taken
      if (filled === frameBytes) {
        yield frame
        frame = new Uint8Array(frameBytes)
        filled = 0
      }
    }
  }
}

const versions = new Map<string, Promise<string[]>>()

/** The option for "every frame once, as it comes": renamed in ffmpeg 5.1, and the old name will go. */
export function passthroughArguments(program: string): Promise<string[]> {
  const known = versions.get(program)
  if (known !== undefined) return known
  const asked = runProgram(program, ['-version'], 30_000).then(({ stdout }) => {
    const [, major, minor] = /^ffmpeg version n?(\d+)\.(\d+)/.exec(stdout) ?? []
    const old = major !== undefined && Number(major) + Number(minor) / 100 < 5.01
    return old ? ['-vsync', 'passthrough'] : ['-fps_mode', 'passthrough']
  })
  versions.set(program, asked)
  return asked
}
