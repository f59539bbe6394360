// Lanes of vectors: loads and stores of fewer than four floats, for channel counts that are no multiple of four, and sums.

/** The first `count` floats at an address (four at most); lanes beyond them are zero. */
export function loadLanes(source: usize, count: i32): v128 {
  if (count >= 4) return v128.load(source)
  let value = v128.load32_zero(source)
  if (count > 1) value = f32x4.replace_lane(value, 1, load<f32>(source, 4))
  if (count > 2) value = f32x4.replace_lane(value, 2, load<f32>(source, 8))
  return value
}

/** Stores the first `count` lanes, four at most. */
export function storeLanes(target: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(target, value)
    return
  }
  store<f32>(target, f32x4.extract_lane(value, 0))
  if (count > 1) store<f32>(target, f32x4.extract_lane(value, 1), 4)
  if (count > 2) store<f32>(target, f32x4.extract_lane(value, 2), 8)
}

/** The sum of four lanes, in a fixed order. */
// @ts-ignore: decorator
@inline
export function sumOfLanes(lanes: v128): f32 {
  return (
    f32x4.extract_lane(lanes, 0) +
    f32x4.extract_lane(lanes, 1) +
    (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3))
  )
}
