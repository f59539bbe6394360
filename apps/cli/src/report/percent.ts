/** `97.3 %`, with a space that does not break; whole percents only where they are exact. */
export function percent(share: number, digits = 1): string {
  if (!Number.isFinite(share)) return '–'
  const text = (100 * share).toFixed(digits)
  return `${share === 0 || share === 1 ? Math.round(100 * share) : text}\u00a0%`
}
