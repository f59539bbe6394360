import os from 'node:os'

/** The machine as far as speed depends on it; nothing that names it or its owner. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly os: string
  /** Average number of busy threads over the minute before the start: noise, if not near zero. */
  readonly loadBefore: number
}

export function describeMachine(): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    os: `${os.type()} ${os.arch()}`,
    loadBefore: Math.round((os.loadavg()[0] ?? 0) * 100) / 100,
  }
}
