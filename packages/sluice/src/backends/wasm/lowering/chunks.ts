/** Elements of one chunk of elementwise work: 64 KB, a multiple of the vector. */
export const CHUNK_ELEMENTS = 16384

export function ceilDivide(a: number, b: number): number {
  return Math.ceil(a / b)
}

/** Chunks that cover so many elements. */
export function elementChunks(elements: number): number {
  return ceilDivide(elements, CHUNK_ELEMENTS)
}
