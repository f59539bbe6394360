import { readFileSync } from 'node:fs'

/**
 * The most memory this process ever held. Linux says it of the program alone; `maxRSS` also counts the
 * program it was started from, in the moment before it became this one.
 */
export function peakBytes(): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))
    if (line?.[1] !== undefined) return Number(line[1]) * 1024
  } catch {
    // No Linux: what there is will have to do.
  }
  return process.resourceUsage().maxRSS * 1024
}
