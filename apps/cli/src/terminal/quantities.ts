/** Numbers as people read them. One place, so that every table speaks alike. */

/** `0.931` */
export function fraction(value: number, digits = 3): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits)
}

/** `1,234,567` */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** `12.3 M`, for multiply-adds and parameters. */
export function short(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} G`
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`
  if (value >= 1e3) return `${(value / 1e3).toFixed(1)} k`
  return String(value)
}

/** `3.4 MiB` */
export function bytes(value: number): string {
  if (value >= 2 ** 30) return `${(value / 2 ** 30).toFixed(2)} GiB`
  if (value >= 2 ** 20) return `${(value / 2 ** 20).toFixed(1)} MiB`
  if (value >= 2 ** 10) return `${(value / 2 ** 10).toFixed(1)} KiB`
  return `${value} B`
}

/** `42 s`, `3 min 05 s`, `2 h 10 min`; a dash while nothing is known. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const two = (value: number): string => String(value).padStart(2, '0')
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`
}

/** `1.25 s`, `63 ms`: a time that a person reads beside a window of a video. */
export function timestamp(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  return `${minutes}:${(seconds - minutes * 60).toFixed(2).padStart(5, '0')}`
}

/** `1 clip`, `2 clips` */
export function plural(amount: number, noun: string, plural = `${noun}s`): string {
  return `${count(amount)} ${amount === 1 ? noun : plural}`
}
