import os from 'node:os'

/** The machine as far as speed depends on it; nothing that names it or its owner. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly os: string
  readonly node: string
  readonly v8: string
  readonly relaxedSimd: boolean
  /** Average number of busy threads over the minute before the start: noise, if not near zero. */
  readonly loadBefore: number
}

export function describeMachine(): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    os: `${os.type()} ${os.arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    relaxedSimd: WebAssembly.validate(relaxedSimdModule()),
    loadBefore: Math.round((os.loadavg()[0] ?? 0) * 100) / 100,
  }
}

/** A module of one function that uses `f32x4.relaxed_madd` and nothing else of note. */
function relaxedSimdModule(): Uint8Array<ArrayBuffer> {
  const zeroVector = [0x41, 0x00, 0xfd, 0x0f]
  const body = [0x00, ...zeroVector, ...zeroVector, ...zeroVector, 0xfd, 0x85, 0x02, 0x0b]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
    ...[0x03, 0x02, 0x01, 0x00],
    ...[0x0a, body.length + 2, 0x01, body.length, ...body],
  ])
}
