import type { TO_CHANNELS_LAST, TO_ROW_MAJOR } from '../abi/kernelIds.ts'
import type { Argument, StepRecorder } from '../step.ts'
import { CHUNK_ELEMENTS, ceilDivide } from './chunks.ts'

/** How many matrices of pixels × channels. */
export interface Matrices {
  readonly batch: number
  readonly pixels: number
  readonly channels: number
}

/** Records a change between the device's order and rows, in chunks of some pixels of one sample. */
export function addTranspose(
  recorder: StepRecorder,
  kernel: typeof TO_ROW_MAJOR | typeof TO_CHANNELS_LAST,
  { batch, pixels, channels }: Matrices,
  source: Argument,
  target: Argument,
  options: { readonly prepared?: boolean } = {},
): void {
  const perChunk = Math.max(16, ceilDivide(CHUNK_ELEMENTS, 16 * channels) * 16)
  const chunks = ceilDivide(pixels, perChunk)
  const args = [source, target, pixels, channels, perChunk, chunks]
  recorder.add(kernel, batch * chunks, args, options)
}
