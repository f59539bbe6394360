import { SluiceError } from '../foundation/errors.ts'
import { decodeUtf8 } from './tensorBytes.ts'

/** A kind of file that people mistake for weights, by how it starts. */
interface ForeignKind {
  readonly kind: string
  readonly at?: number
  readonly starts: readonly number[]
  readonly fix?: string
}

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0))

const unpack = 'unpack it first'
const kinds: readonly ForeignKind[] = [
  {
    kind: 'HDF5 (a Keras or MATLAB file)',
    starts: [0x89, ...ascii('HDF\r\n'), 0x1a, 0x0a],
    fix: 'load it in Python and save the weights as safetensors',
  },
  { kind: 'a gzip archive', starts: [0x1f, 0x8b], fix: unpack },
  { kind: 'an xz archive', starts: [0xfd, ...ascii('7zXZ')], fix: unpack },
  { kind: 'a bzip2 archive', starts: ascii('BZh'), fix: unpack },
  { kind: 'a Zstandard archive', starts: [0x28, 0xb5, 0x2f, 0xfd], fix: unpack },
  { kind: 'a 7z archive', starts: ascii('7z\xbc\xaf'), fix: unpack },
  {
    kind: 'a tar archive (or a PyTorch file from before version 0.1.10)',
    at: 257,
    starts: ascii('ustar'),
    fix: 'unpack it, or load it in PyTorch and save it again',
  },
  {
    kind: 'a numpy array',
    starts: [0x93, ...ascii('NUMPY')],
    fix: 'load it in Python and save it as safetensors',
  },
  { kind: 'a GGUF file', starts: ascii('GGUF') },
  { kind: 'a TensorFlow Lite model', at: 4, starts: ascii('TFL3') },
  {
    kind: 'a Git LFS pointer, not the file it points to',
    starts: ascii('version https://git-lfs'),
    fix: 'fetch the file itself: git lfs pull',
  },
  {
    // ModelProto: ir_version (field 1, a small number), then a text field with the producer.
    kind: 'an ONNX model',
    starts: [0x08],
    fix: 'weights can be read from safetensors or a PyTorch state_dict',
  },
]

/** Throws the error for bytes that are neither safetensors nor PyTorch: says what they look like. */
export function refuseForeignFile(bytes: Uint8Array, where: string): never {
  const found = kinds.find(({ at = 0, starts }) =>
    starts.every((byte, i) => bytes[at + i] === byte),
  )
  const kind = found?.kind ?? textKind(bytes)
  const fix = found?.fix ?? 'save the weights with torch.save(model.state_dict(), path)'
  throw new SluiceError('format', `this looks like ${kind}`, {
    where,
    expected: 'a safetensors file, or a state_dict saved by PyTorch (.pt, .pth)',
    fix,
  })
}

function textKind(bytes: Uint8Array): string {
  if (bytes.byteLength === 0) return 'an empty file'
  const start = decodeUtf8(bytes.subarray(0, 64).filter((byte) => byte < 0x80))?.trimStart() ?? ''
  if (/^<(!doctype|html|\?xml)/i.test(start)) return 'a web page, perhaps an error page'
  if (/^[{[]/.test(start)) return 'JSON text'
  const printable = /^[\t\n\r -~]*$/.test(start)
  return printable && start.length > 8 ? 'text' : 'no kind of file that Sluice knows'
}
