import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { SluiceError } from 'sluice'
import type { Frames } from 'sluice/data'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeVideo } from './decodeVideo.ts'
import {
  flatFrames,
  frameOf,
  noVideo,
  runFfmpeg,
  temporaryFolder,
  writeVideo,
} from './media.test.support.ts'
import { passthroughArguments } from './streamVideo.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
const at = (name: string): string => join(folder.path, name)

/** The frame numbers that the middle pixels of a clip show. */
function shown(frames: Frames): number[] {
  const middle = (Math.floor(frames.height / 2) * frames.width + Math.floor(frames.width / 2)) * 3
  return Array.from({ length: frames.count }, (_, i) =>
    frameOf(frames.data[i * frames.height * frames.width * 3 + middle] ?? -1),
  )
}

const oneToTen = Array.from({ length: 10 }, (_, i) => i)

async function failure(work: Promise<unknown>): Promise<SluiceError> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (error instanceof SluiceError) return error
  throw new Error(`expected a SluiceError, got ${error}`)
}

describe.skipIf(noVideo !== undefined)(
  `decodeVideo${noVideo ? ` (skipped: ${noVideo})` : ''}`,
  () => {
    it.each(['mp4', 'mkv', 'avi', 'mov', 'mpg'])(
      'gives every frame of .%s with its time',
      async (ending) => {
        const path = at(`plain.${ending}`)
        const codec = ending === 'mpg' ? ['-c:v', 'mpeg1video', '-bf', '0'] : []
        const fps = ending === 'mpg' ? 25 : 10
        writeVideo({ path, count: 10, fps, output: codec })
        const { frames, damage } = await decodeVideo(path, { side: 24 })
        expect(damage).toEqual([])
        expect([frames.width, frames.height]).toEqual([32, 24])
        expect(shown(frames)).toEqual(oneToTen)
        frames.times.forEach((time, i) => {
          expect(time).toBeCloseTo(i / fps, 2)
        })
        expect(frames.duration).toBeCloseTo(10 / fps, 2)
      },
    )

    it('keeps the times of a variable frame rate', async () => {
      const path = at('variable.mkv')
      const filter = "settb=1/1000,setpts='if(lt(N,5),N*200,1000+(N-5)*40)'"
      const mode = await passthroughArguments('ffmpeg')
      writeVideo({
        path,
        count: 10,
        fps: 25,
        filter,
        output: [...mode, '-enc_time_base', '1/1000'],
      })
      const { frames } = await decodeVideo(path, { side: 24 })
      expect(shown(frames)).toEqual(oneToTen)
      const expected = [0, 0.2, 0.4, 0.6, 0.8, 1, 1.04, 1.08, 1.12, 1.16]
      frames.times.forEach((time, i) => {
        expect(time).toBeCloseTo(expected[i] ?? -1, 3)
      })
    })

    it('turns what was recorded sideways', async () => {
      const width = 64
      const pixels = flatFrames(4, width, 48, 3)
      // White on the left half: upright, a turned recording is white at its top or bottom.
      for (let i = 0; i < pixels.length; i++) if (Math.floor(i / 3) % width < 32) pixels[i] = 255
      writeVideo({ path: at('upright.mp4'), count: 4, fps: 10, pixels })
      runFfmpeg(rotated(at('upright.mp4'), at('sideways.mp4')))
      const { frames } = await decodeVideo(at('sideways.mp4'), { side: 24 })
      expect([frames.width, frames.height]).toEqual([24, 32])
      const row = (y: number) => [2, 12, 21].map((x) => frames.data[(y * 24 + x) * 3] ?? 0)
      const [top, bottom] = [row(2), row(29)]
      expect(Math.abs((top[0] ?? 0) - (bottom[0] ?? 0))).toBeGreaterThan(150)
      for (const values of [top, bottom]) {
        expect(Math.max(...values) - Math.min(...values)).toBeLessThan(30)
      }
    })

    it('shows pixels that are not square as wide as they are meant', async () => {
      writeVideo({ path: at('wide.mp4'), count: 2, fps: 10, filter: 'setsar=2/1' })
      const { frames } = await decodeVideo(at('wide.mp4'), { side: 24 })
      expect([frames.width, frames.height]).toEqual([64, 24])
    })

    it('never enlarges', async () => {
      writeVideo({ path: at('small.mp4'), count: 2, fps: 10, width: 16, height: 16 })
      const { frames } = await decodeVideo(at('small.mp4'), { side: 100 })
      expect([frames.width, frames.height]).toEqual([16, 16])
    })

    it('takes names that look like options, protocols or patterns', async () => {
      const names = ['-i.mp4', 'http:x.mp4', 'a b%03d\'".mp4', 'ünïcode.mp4']
      for (const name of names) {
        writeVideo({ path: at(name), count: 3, fps: 10, width: 16, height: 16 })
        for (const path of [at(name), relative(process.cwd(), at(name))]) {
          const { frames } = await decodeVideo(path, { side: 24 })
          expect(shown(frames)).toEqual([0, 1, 2])
        }
      }
    })

    it('refuses what is no video, and names it', async () => {
      writeFileSync(at('text.mp4'), 'This is not a video.\n'.repeat(100))
      writeFileSync(at('empty.mp4'), '')
      mkdirSync(at('folder.mp4'))
      const text = await failure(decodeVideo(at('text.mp4'), { side: 24 }))
      expect(text.code).toBe('data')
      expect(text.message).toMatch(
        /text\.mp4: cannot be read as a video[\s\S]*(moov atom not found|Invalid data)/,
      )
      expect((await failure(decodeVideo(at('empty.mp4'), { side: 24 }))).message).toMatch(
        /is empty/,
      )
      expect((await failure(decodeVideo(at('folder.mp4'), { side: 24 }))).message).toMatch(
        /a folder/,
      )
      const missing = await failure(decodeVideo(at('none.mp4'), { side: 24 }))
      expect(missing.code).toBe('missing')
      expect(missing.message).toContain('none.mp4')
    })

    it('gives a part the frames and times of the whole, though it seeks', async () => {
      // One key frame in ten: parts begin between them.
      for (const name of ['part.mp4', 'part.mkv', 'part.mpg']) {
        const output = ['-g', '10', '-bf', '0']
        const rate = { count: 75, fps: 25, output }
        writeVideo({ path: at(name), ...rate, pixels: flatFrames(75, 64, 48, 3) })
        const whole = await decodeVideo(at(name), { side: 24 })
        for (const [start, end] of [
          [0, 0.5],
          [1.37, 2.2],
          [2.4, 2.8],
        ] as const) {
          const { frames } = await decodeVideo(at(name), { side: 24, start, end })
          const first = whole.frames.times.findLastIndex((time) => time <= start + 1e-3)
          const bytes = whole.frames.height * whole.frames.width * 3
          const expected = whole.frames.data.slice(first * bytes, (first + frames.count) * bytes)
          expect(Buffer.from(frames.data).equals(Buffer.from(expected)), `${name} ${start}`).toBe(
            true,
          )
          expect(frames.duration).toBeCloseTo(end - start, 6)
          expect(frames.times[0]).toBeCloseTo(0, 9)
          expect(frames.count).toBeGreaterThanOrEqual(Math.floor((end - start) * 25))
          expect(frames.count).toBeLessThanOrEqual(Math.ceil((end - start) * 25) + 1)
        }
      }
    })

    it('ends a part with the video, and refuses one that begins after it', async () => {
      writeVideo({ path: at('short.mp4'), count: 10, fps: 10 })
      const { frames } = await decodeVideo(at('short.mp4'), { side: 24, start: 0.75, end: 9 })
      expect(shown(frames)).toEqual([7, 8, 9])
      expect(frames.duration).toBeCloseTo(0.25)
      const beyond = decodeVideo(at('short.mp4'), { side: 24, start: 5, end: 6 })
      expect((await failure(beyond)).message).toMatch(
        /short\.mp4: the part begins after the end of the clip[\s\S]*1 s[\s\S]*5 s/,
      )
    })

    it('refuses a video track without frames', async () => {
      writeVideo({ path: at('some.mkv'), count: 5, fps: 10 })
      runFfmpeg(['-i', at('some.mkv'), '-c', 'copy', '-frames:v', '0', at('zero.mkv')])
      const error = await failure(decodeVideo(at('zero.mkv'), { side: 24 }))
      expect(error.code).toBe('data')
      expect(error.message).toMatch(/zero\.mkv/)
    })

    it('does not follow a playlist to other files', async () => {
      writeVideo({ path: at('other.mp4'), count: 3, fps: 10 })
      const playlists = {
        concat: `ffconcat version 1.0\nfile 'other.mp4'\n`,
        hls: `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:${at('other.mp4')}\n#EXT-X-ENDLIST\n`,
      }
      for (const [name, text] of Object.entries(playlists)) {
        writeFileSync(at(`${name}.mp4`), text)
        expect((await failure(decodeVideo(at(`${name}.mp4`), { side: 24 }))).code).toBe('data')
      }
    })

    it('refuses a recording with sound only', async () => {
      runFfmpeg(['-f', 'lavfi', '-i', 'sine=duration=0.2', '-c:a', 'aac', at('sound.mp4')])
      expect((await failure(decodeVideo(at('sound.mp4'), { side: 24 }))).message).toMatch(
        /without a video track/,
      )
    })

    it('refuses an mp4 cut off before its index, and reads what is left of one cut after it', async () => {
      const pixels = Buffer.from(
        Uint8Array.from({ length: 20 * 64 * 48 * 3 }, (_, i) => (i * 7919 + i / 64) % 256),
      )
      writeVideo({ path: at('whole.mp4'), count: 20, fps: 10, pixels })
      const whole = readFileSync(at('whole.mp4'))
      writeFileSync(at('headless.mp4'), whole.subarray(0, whole.length / 2))
      const headless = await failure(decodeVideo(at('headless.mp4'), { side: 24 }))
      expect(headless.message).toMatch(/headless\.mp4[\s\S]*moov atom not found/)

      writeVideo({
        path: at('index.mp4'),
        count: 20,
        fps: 10,
        pixels,
        output: ['-movflags', 'faststart'],
      })
      const indexed = readFileSync(at('index.mp4'))
      writeFileSync(at('cut.mp4'), indexed.subarray(0, indexed.length / 2))
      const { frames, damage } = await decodeVideo(at('cut.mp4'), { side: 24 })
      expect(damage.length).toBeGreaterThan(0)
      expect(frames.count).toBeGreaterThan(3)
      expect(frames.count).toBeLessThan(20)
      // Nothing claims that the last readable frame went on until the end.
      expect(frames.duration).toBeLessThan(frames.count / 10 + 0.15)
    })

    it('refuses what would not fit, rather than filling memory', async () => {
      writeVideo({ path: at('long.mp4'), count: 10, fps: 1 })
      const long = await failure(decodeVideo(at('long.mp4'), { side: 24, maxSeconds: 5 }))
      expect(long.code).toBe('limit')
      const large = await failure(decodeVideo(at('long.mp4'), { side: 24, maxBytes: 5000 }))
      expect(large.code).toBe('limit')
    })

    it('says how to install ffmpeg where there is none', async () => {
      writeVideo({ path: at('fine.mp4'), count: 2, fps: 10 })
      const error = await failure(
        decodeVideo(at('fine.mp4'), { side: 24, searchPath: folder.path }),
      )
      expect(error.code).toBe('missing')
      expect(error.message).toMatch(/apt-get install ffmpeg[\s\S]*brew[\s\S]*winget/)
    })

    it('gives up on a decoder that stands still', async () => {
      // Stand-ins: a probe that answers, and a decoder that never says anything.
      const tools = join(folder.path, 'tools')
      mkdirSync(tools)
      const facts = '{"streams":[{"width":64,"height":48,"avg_frame_rate":"10/1"}]}'
      writeFileSync(join(tools, 'ffprobe'), `#!/bin/sh\necho '${facts}'\n`, { mode: 0o755 })
      writeFileSync(
        join(tools, 'ffmpeg'),
        '#!/bin/sh\nif [ "$1" = -version ]; then echo ffmpeg version 6.0; else exec sleep 100; fi\n',
        { mode: 0o755 },
      )
      writeVideo({ path: at('still.mp4'), count: 2, fps: 10 })
      const options = { side: 24, searchPath: tools, stallMs: 100 }
      const error = await failure(decodeVideo(at('still.mp4'), options))
      expect(error.code).toBe('limit')
      expect(error.message).toMatch(/still\.mp4: the decoder stood still/)
      const signal = AbortSignal.timeout(50)
      const stopped = decodeVideo(at('still.mp4'), { side: 24, searchPath: tools, signal })
      await expect(stopped).rejects.toThrow('aborted due to timeout')
    })
  },
)

/** Marks a recording as turned by 90°, the way this version of ffmpeg can. */
function rotated(from: string, to: string): string[] {
  try {
    runFfmpeg(['-display_rotation', '90', '-i', from, '-c', 'copy', to])
    return ['-display_rotation', '90', '-i', from, '-c', 'copy', to]
  } catch {
    return ['-i', from, '-c', 'copy', '-metadata:s:v', 'rotate=90', to]
  }
}
