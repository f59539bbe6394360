/** One entry of a TensorBoard file: what it says, when and at which step. */
export interface TensorBoardEvent {
  /** Seconds since 1970. */
  readonly wallTime: number
  readonly step: number
  /** Stands in the first event of a file. */
  readonly fileVersion?: string
  /** Says that a run goes on here: readers drop what earlier files hold of this and later steps. */
  readonly sessionStart?: boolean
  readonly scalars?: Readonly<Record<string, number>>
}

/**
 * An event as a protocol buffer, by hand: TensorFlow's `Event` with the few fields that scalars
 * need (event.proto, summary.proto).
 */
export function eventMessage(event: TensorBoardEvent): Uint8Array<ArrayBuffer> {
  const { wallTime, step, fileVersion, sessionStart = false, scalars } = event
  return concat([
    ...[tag(1, FIXED64), float64(wallTime)],
    ...[tag(2, VARINT), varint(step)],
    ...(fileVersion === undefined ? [] : field(3, text(fileVersion))),
    ...(scalars === undefined ? [] : field(5, summary(scalars))),
    // SessionLog.status = START
    ...(sessionStart ? field(7, concat([tag(1, VARINT), varint(1)])) : []),
  ])
}

function summary(scalars: Readonly<Record<string, number>>): Uint8Array {
  return concat(
    Object.entries(scalars).flatMap(([name, value]) =>
      field(1, concat([...field(1, text(name)), tag(2, FIXED32), float32(value)])),
    ),
  )
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

function tag(number: number, type: number): Uint8Array {
  return varint(number * 8 + type)
}

function field(number: number, bytes: Uint8Array): Uint8Array[] {
  return [tag(number, BYTES), varint(bytes.length), bytes]
}

/** A whole number from 0 to 2⁵³. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.from([...bytes, rest])
}

function float64(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value, true)
  return bytes
}

function float32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return bytes
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
