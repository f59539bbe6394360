import { createFrames, type Frames } from './frames.ts'
import { axisTaps, resampleFrame } from './resample.ts'

/** The clip at another size, every frame resized by itself; the same clip when it has that size. */
export function resizeFrames(
  frames: Frames,
  size: { readonly width: number; readonly height: number },
): Frames {
  const { width, height } = size
  if (width === frames.width && height === frames.height) return frames
  const rows = axisTaps(frames.height, 0, frames.height, height)
  const columns = axisTaps(frames.width, 0, frames.width, width)
  const area = width * height
  const planes = new Float32Array(3 * area)
  const data = new Uint8Array(frames.count * area * 3)
  for (let frame = 0; frame < frames.count; frame++) {
    const source = frame * frames.height * frames.width * 3
    resampleFrame(frames.data, source, frames.width, rows, columns, planes, 0, area)
    const at = frame * area * 3
    for (let i = 0; i < area; i++) {
      for (let c = 0; c < 3; c++) {
        data[at + i * 3 + c] = Math.round(planes[c * area + i] as number)
      }
    }
  }
  return createFrames({ height, width, data, times: frames.times, duration: frames.duration })
}
