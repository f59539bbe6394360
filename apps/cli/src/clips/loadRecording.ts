import { SluiceError } from 'sluice'
import { type Recording, type TensorClip, tensorClip, tensorSteps } from 'sluice/data'
import { parseClipPath } from './clipPath.ts'
import { type LoadOptions, loadFrames } from './loadFrames.ts'
import { mediaKind } from './mediaKinds.ts'
import { readTensor } from './tensorFiles.ts'

export interface RecordingOptions extends LoadOptions {
  /** Meaning of the axes of arrays; by rank where absent. */
  readonly axes?: string
}

/**
 * A clip, whatever it is stored as: pixels (see `loadFrames`) or an array of a .npy, .npz or
 * safetensors file.
 * @throws SluiceError whose message begins with the path
 */
export async function loadRecording(path: string, options: RecordingOptions): Promise<Recording> {
  return isTensorPath(path) ? loadTensor(path, options.axes) : loadFrames(path, options)
}

/** Whether a clip is an array, judged by its name. */
export function isTensorPath(path: string): boolean {
  return mediaKind(parseClipPath(path).file) === 'tensor'
}

/** A clip that is an array. */
export async function loadTensor(path: string, axes: string | undefined): Promise<TensorClip> {
  const { file, member, start, end } = parseClipPath(path)
  const clip = tensorClip(await readTensor(file, member), axes, path)
  if (start === undefined) return clip
  const stop = end ?? clip.count
  if (Number.isSafeInteger(start) && Number.isSafeInteger(stop) && start < stop) {
    if (stop <= clip.count) return tensorSteps(clip, start, stop)
  }
  throw new SluiceError('data', 'the array has no such steps', {
    where: path,
    expected: `whole numbers, up to ${clip.count}`,
    received: `from ${start} to ${stop}`,
  })
}
