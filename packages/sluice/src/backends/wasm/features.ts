/**
 * Feature tests by validating a few bytes of WebAssembly: an engine checks a whole module before it
 * runs any of it, so the binary must be chosen beforehand.
 */
const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
// One type () -> v128, one function of it.
const VECTOR_FUNCTION = [1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0]

function validates(code: readonly number[]): boolean {
  const body = [code.length + 2, 0, ...code, 0x0b]
  const section = [0x0a, body.length + 1, 1, ...body]
  return WebAssembly.validate(Uint8Array.from([...HEADER, ...VECTOR_FUNCTION, ...section]))
}

// f32x4.splat(0) as i32.const 0; f32.convert…: shorter is i32x4.splat of a constant.
const ZERO = [0x41, 0, 0xfd, 0x11]

/** 128-bit SIMD: Chrome 91, Firefox 89, Safari 16.4, Node 16. */
export function hasSimd(): boolean {
  return validates(ZERO)
}

/** Relaxed SIMD with its fused multiply-add: Chrome 114, Firefox 146, Node 21. */
export function hasRelaxedSimd(): boolean {
  return validates([...ZERO, ...ZERO, ...ZERO, 0xfd, 0x85, 0x02])
}

/** Memory that threads can share; pages need cross-origin isolation for it. */
export function hasSharedMemory(): boolean {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated
  return typeof SharedArrayBuffer !== 'undefined' && isolated !== false
}
