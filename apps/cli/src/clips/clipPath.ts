import { SluiceError } from 'sluice'

/** Where a clip is: a file or folder, and which part of it. */
export interface ClipPath {
  readonly file: string
  /** Array of a tensor file: its name, its place along the first axis, or `name#place`. */
  readonly member?: string
  /** Where the clip begins: seconds of a video, steps of an array. */
  readonly start?: number
  /** Where it ends, likewise; its own end if absent. */
  readonly end?: number
}

/**
 * Takes a clip's name apart. A part of a video is `dance.mp4#t=1.5,3` (W3C Media Fragments), an array
 * of many `winds.npy#17` or `winds.npz#july`, and steps of one `sensor.npy#t=100,200`. The whole name
 * is what identifies a clip everywhere: in data sets, caches and messages. What ends like a file's name
 * is one: `take#t=1.mp4` is a whole video.
 * @throws SluiceError `data` for times that are none
 */
export function parseClipPath(path: string): ClipPath {
  const part = /^(.*)#t=((?![^#/]*\.[a-z][a-z0-9]*$)[^#/]*)$/is
  const [, before = path, times] = part.exec(path) ?? []
  const [, file = before, member] = /^(.*?\.(?:npy|npz|safetensors))#(.+)$/is.exec(before) ?? []
  const inside = member === undefined ? {} : { member }
  if (times === undefined) return { file, ...inside }
  const [, from = '', , to = ''] = /^(\d*(\.\d+)?)(?:,(\d+(?:\.\d+)?))?$/.exec(times) ?? []
  const start = from === '' ? 0 : Number(from)
  const end = to === '' ? undefined : Number(to)
  if ((from === '' && to === '') || (end !== undefined && end <= start)) {
    throw new SluiceError('data', 'not a part of a clip', {
      where: path,
      expected: '#t=start,end with the end after the start, such as #t=1.5,3',
      received: `#t=${times}`,
    })
  }
  return { file, ...inside, start, ...(end === undefined ? {} : { end }) }
}

/** The name of a part of a clip; the clip's own where neither end is given. */
export function clipPathOf(
  path: string,
  start: number | undefined,
  end: number | undefined,
): string {
  if (start === undefined && end === undefined) return path
  return `${path}#t=${start ?? 0}${end === undefined ? '' : `,${end}`}`
}
