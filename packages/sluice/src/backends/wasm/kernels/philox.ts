// Constants of Philox4x32 (Salmon et al., 2011), as in foundation/random.ts.
export const PHILOX_MULTIPLIER_0: u32 = 0xd2511f53
export const PHILOX_MULTIPLIER_1: u32 = 0xcd9e8d57

/** High word of a 32 × 32-bit product. */
// @ts-ignore: decorator
@inline
export function multiplyHigh(a: u32, b: u32): u32 {
  return <u32>((<u64>a * <u64>b) >> 32)
}
