/**
 * Just enough of the protocol buffers wire format to write an ONNX model: varints, fixed floats and
 * length-delimited fields (https://protobuf.dev/programming-guides/encoding).
 */
const VARINT = 0
const LENGTH_DELIMITED = 2

export class ProtobufWriter {
  private readonly chunks: Uint8Array[] = []
  private length = 0

  /** A non-negative whole number up to 2⁵³. */
  number(field: number, value: number): this {
    return this.push(varint(field * 8 + VARINT)).push(varint(value))
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  bytes(field: number, value: Uint8Array): this {
    return this.push(varint(field * 8 + LENGTH_DELIMITED))
      .push(varint(value.length))
      .push(value)
  }

  message(field: number, value: ProtobufWriter): this {
    return this.bytes(field, value.finish())
  }

  /** Repeated whole numbers, packed. */
  numbers(field: number, values: readonly number[]): this {
    const packed = new ProtobufWriter()
    for (const value of values) packed.push(varint(value))
    return this.message(field, packed)
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.length)
    let at = 0
    for (const chunk of this.chunks) {
      out.set(chunk, at)
      at += chunk.length
    }
    return out
  }

  private push(chunk: Uint8Array): this {
    this.chunks.push(chunk)
    this.length += chunk.length
    return this
  }
}

/** Seven bits a byte, lowest first; division because shifts stop at 32 bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}
