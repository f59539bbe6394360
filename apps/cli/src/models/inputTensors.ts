import { type Float32Tensor, type NamedTensors, SluiceError, toFloat32 } from 'sluice'
import { readSafetensors } from 'sluice/formats'
import { readInputFile } from '../files/paths.ts'

/** What a network that fills holes is given. */
export interface PicturesWithHoles {
  /** `[N, 3, H, W]`, from −1 to 1. */
  readonly image: Float32Tensor
  /** `[N, 1, H, W]`, 1 in the hole. */
  readonly mask: Float32Tensor
}

/** Beyond any colour from −1 to 1, noise included, and below bytes. */
const STRONGEST = 8

/** The one input of most networks. @throws SluiceError `missing` or `data`, naming the file */
export function inputTensor(path: string): Float32Tensor {
  return floatTensor(read(path), 'input', '[N, C, D, H, W]', path)
}

/**
 * Pictures and their masks.
 * @throws SluiceError `missing`, `data` or `shape` for what is no picture from −1 to 1 with a mask from
 * 0 to 1 of its size
 */
export function picturesWithHoles(path: string): PicturesWithHoles {
  const tensors = read(path)
  const image = floatTensor(tensors, 'image', '[N, 3, H, W]', path)
  const mask = floatTensor(tensors, 'mask', '[N, 1, H, W]', path)
  const [batch = 0, channels, height = 0, width = 0] = image.shape
  if (image.shape.length !== 4 || channels !== 3 || batch * height * width === 0) {
    throw new SluiceError('shape', 'the tensor "image" holds no pictures', {
      where: path,
      expected: '[N, 3, H, W]: red, green and blue',
      received: `[${image.shape.join(', ')}]`,
    })
  }
  if (`${mask.shape}` !== `${[batch, 1, height, width]}`) {
    throw new SluiceError('shape', 'the tensor "mask" is not as large as the pictures', {
      where: path,
      expected: `[${batch}, 1, ${height}, ${width}]`,
      received: `[${mask.shape.join(', ')}]`,
    })
  }
  requireRange(mask, 'mask', [0, 1], 'divide by 255 if it comes from a picture', path)
  const bounds = [-STRONGEST, STRONGEST] as const
  requireRange(image, 'image', bounds, 'make colours of 0 to 255 to x / 127.5 - 1', path)
  return { image, mask }
}

function read(path: string): NamedTensors {
  return readSafetensors(readInputFile(path), path).tensors
}

function floatTensor(
  tensors: NamedTensors,
  name: string,
  shape: string,
  path: string,
): Float32Tensor {
  const found = tensors.get(name)
  if (found === undefined) {
    throw new SluiceError('missing', `there is no tensor "${name}"`, {
      where: path,
      expected: `a float32 tensor "${name}" of shape ${shape}`,
      received: [...tensors.keys()].slice(0, 8).join(', ') || 'no tensors',
    })
  }
  if (found.dtype !== 'float32') {
    throw new SluiceError('data', `the tensor "${name}" must be float32`, {
      where: path,
      received: found.dtype,
    })
  }
  return toFloat32(found)
}

function requireRange(
  { data }: Float32Tensor,
  name: string,
  [low, high]: readonly [number, number],
  fix: string,
  path: string,
): void {
  const stray = data.find((value) => !(value >= low && value <= high))
  if (stray === undefined) return
  const range = name === 'mask' ? '0 to 1, 1 in the hole' : '-1 to 1'
  throw new SluiceError('data', `the tensor "${name}" holds what is none of its values`, {
    where: path,
    expected: `numbers from ${range}`,
    received: String(stray),
    fix,
  })
}
