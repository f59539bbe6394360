import { spawnSync } from 'node:child_process'
import type { Rgb } from 'sluice/inpainting'
import type { TestPicture } from './testPictures.ts'

/** Reads size, count, pictures and masks; writes what each method makes of each picture. */
const SCRIPT = `
import sys, struct, numpy as np, cv2
data = sys.stdin.buffer.read()
size, count = struct.unpack('<II', data[:8])
area = size * size
at = 8
for _ in range(count):
    picture = np.frombuffer(data, np.uint8, 3 * area, at).reshape(size, size, 3).copy()
    mask = np.frombuffer(data, np.uint8, area, at + 3 * area).reshape(size, size).copy()
    at += 4 * area
    picture[mask > 0] = 0
    for method in (cv2.INPAINT_TELEA, cv2.INPAINT_NS):
        sys.stdout.buffer.write(cv2.inpaint(picture, mask * 255, 3, method).tobytes())
`

/** Fills by OpenCV, in the order of the pictures. */
export interface OpencvFills {
  readonly telea: readonly Rgb[]
  readonly navierStokes: readonly Rgb[]
}

/**
 * Fills all pictures by OpenCV's two methods (Telea 2004; Bertalmio et al. 2001), radius 3; undefined on
 * machines without \`python3-opencv\`.
 */
export function opencvFills(pictures: readonly TestPicture[]): OpencvFills | undefined {
  const size = pictures[0]?.truth.width ?? 0
  const head = Buffer.alloc(8)
  head.writeUInt32LE(size, 0)
  head.writeUInt32LE(pictures.length, 4)
  const input = Buffer.concat([
    head,
    ...pictures.flatMap(({ truth, mask }) => [truth.pixels, mask.pixels]),
  ])
  const bytes = 3 * size * size
  for (const python of ['python3', '/usr/bin/python3']) {
    const maxBuffer = 2 * bytes * pictures.length + 1
    const { status, stdout } = spawnSync(python, ['-c', SCRIPT], { input, maxBuffer })
    if (status !== 0 || stdout.length !== 2 * bytes * pictures.length) continue
    const rgb = (index: number): Rgb => ({
      width: size,
      height: size,
      pixels: Uint8Array.from(stdout.subarray(index * bytes, (index + 1) * bytes)),
    })
    return {
      telea: pictures.map((_, i) => rgb(2 * i)),
      navierStokes: pictures.map((_, i) => rgb(2 * i + 1)),
    }
  }
  return undefined
}
