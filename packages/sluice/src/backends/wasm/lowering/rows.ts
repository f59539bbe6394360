import { ceilDivide } from './chunks.ts'

/** Rows of a `[rows][channels]` tensor cut into parts of about 32 KB, half a first-level cache. */
export function rowParts(
  rows: number,
  channels: number,
): { readonly rows: number; readonly parts: number } {
  const perPart = Math.max(16, Math.min(rows, Math.floor(8192 / channels)))
  return { rows: perPart, parts: ceilDivide(rows, perPart) }
}
