// Four lanes of channels and the statistics of their groups: parameters and sums that stand once for
// several channels, and single against double precision.
import { loadLanes } from './lanes'

/** One float of each lane's group, for the four channels from `channel` on. */
export function groupLanes(source: usize, channel: i32, channels: i32, width: i32, step: i32): v128 {
  const last = channels - 1
  const group = channel / width
  let value = v128.load32_splat(source + (<usize>(group * step) << 2))
  if (min(last, channel + 3) / width == group) return value
  const second = min(last, channel + 1) / width
  const third = min(last, channel + 2) / width
  const fourth = min(last, channel + 3) / width
  value = f32x4.replace_lane(value, 1, load<f32>(source + (<usize>(second * step) << 2)))
  value = f32x4.replace_lane(value, 2, load<f32>(source + (<usize>(third * step) << 2)))
  return f32x4.replace_lane(value, 3, load<f32>(source + (<usize>(fourth * step) << 2)))
}

// @ts-ignore: decorator
@inline
export function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

// @ts-ignore: decorator
@inline
export function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<u64>(x, x, 1, 1))
}

/** Adds the four lanes of two double vectors to the doubles of their groups. */
export function addToGroups(target: usize, channel: i32, count: i32, width: i32, a: v128, b: v128): void {
  addLane(target, channel / width, f64x2.extract_lane(a, 0))
  if (count > 1) addLane(target, (channel + 1) / width, f64x2.extract_lane(a, 1))
  if (count > 2) addLane(target, (channel + 2) / width, f64x2.extract_lane(b, 0))
  if (count > 3) addLane(target, (channel + 3) / width, f64x2.extract_lane(b, 1))
}

// @ts-ignore: decorator
@inline
function addLane(target: usize, group: i32, value: f64): void {
  const place = target + (<usize>group << 3)
  store<f64>(place, load<f64>(place) + value)
}

/** A weight or bias for four channels of one row. */
// @ts-ignore: decorator
@inline
export function parameterLanes(source: usize, row: i32, rowStep: i32, channelStep: i32, channel: i32, count: i32): v128 {
  const place = source + (<usize>(row * rowStep + channel * channelStep) << 2)
  return channelStep == 0 ? v128.load32_splat(place) : loadLanes(place, count)
}

// @ts-ignore: decorator
@inline
export function demote(a: v128, b: v128): v128 {
  const first = f32x4.demote_f64x2_zero(a)
  const second = f32x4.demote_f64x2_zero(b)
  return v128.shuffle<u64>(first, second, 0, 2)
}

// @ts-ignore: decorator
@inline
export function across(a: v128, b: v128): f64 {
  return (
    f64x2.extract_lane(a, 0) +
    f64x2.extract_lane(a, 1) +
    (f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1))
  )
}
