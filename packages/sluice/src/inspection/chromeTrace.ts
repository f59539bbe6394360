import type { Profile } from '../engine/runtime/profile.ts'

/** One event of Chrome's trace format: times in microseconds. */
export interface TraceEvent {
  readonly name: string
  /** `X` lasts, `M` names a process or thread. */
  readonly ph: 'X' | 'M'
  readonly pid: number
  readonly tid: number
  readonly ts?: number
  readonly dur?: number
  readonly cat?: string
  readonly args: Readonly<Record<string, unknown>>
}

/** What `chrome://tracing` and Perfetto open, once it is written as JSON. */
export interface ChromeTrace {
  readonly displayTimeUnit: 'ms'
  readonly traceEvents: readonly TraceEvent[]
}

const PROGRAM = 1
const STEPS = 1
const PREPARED = 2

/**
 * A profile as a trace: one run laid end to end from the medians, every step over the kernels that it
 * called, and on a track of its own the work that is done once for all runs. In the trace event format
 * of Chromium's `docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU`.
 */
export function chromeTrace(profile: Profile, name = 'sluice'): ChromeTrace {
  const named = (kind: string, tid: number, text: string): TraceEvent => {
    return { name: kind, ph: 'M', pid: PROGRAM, tid, args: { name: text } }
  }
  const events: TraceEvent[] = [
    named('process_name', STEPS, name),
    named('thread_name', STEPS, 'one run'),
    named('thread_name', PREPARED, 'prepared once'),
  ]
  const ends = new Map<number, number>([
    [STEPS, 0],
    [PREPARED, 0],
  ])
  const lasting = (event: Pick<TraceEvent, 'name' | 'cat' | 'args'>, tid: number, at: TimeSpan) => {
    events.push({ ...event, ph: 'X', pid: PROGRAM, tid, ts: at.ms * 1000, dur: at.duration * 1000 })
  }
  for (const { path, calls, ...step } of profile.steps) {
    for (const tid of [STEPS, PREPARED]) {
      const own = calls.filter(({ prepared }) => prepared === (tid === PREPARED))
      if (own.length === 0) continue
      const start = ends.get(tid) ?? 0
      const duration = own.reduce((sum, { ms }) => sum + ms, 0)
      const label = path === '' ? step.op : `${path} (${step.op})`
      const { index, op, kernel, why } = step
      // Times and bytes of a step are those of a run, in which prepared work is not.
      const args = tid === STEPS ? step : { index, op, kernel, why }
      lasting({ name: label, cat: 'step', args }, tid, { ms: start, duration })
      let ms = start
      for (const call of own) {
        lasting({ name: call.kernel, cat: 'kernel', args: {} }, tid, { ms, duration: call.ms })
        ms += call.ms
      }
      ends.set(tid, start + duration)
    }
  }
  return { displayTimeUnit: 'ms', traceEvents: events }
}

interface TimeSpan {
  readonly ms: number
  readonly duration: number
}
