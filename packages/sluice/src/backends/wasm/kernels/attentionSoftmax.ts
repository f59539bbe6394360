// Contextual attention: the largest logit and the sum of exponentials of each query. A chunk has all
// queries and some of the distances between rows of queries and of keys; chunks are put together in order.
import * as at from '../abi/attentionArguments'
import { paddedColumns } from './attentionGrid'
import { advance, behindScores, lagOf, logits, logitsRow } from './attentionScores'
import { sumOfLanes } from './lanes'
import { exp4 } from './math'
import { pointer, word } from './record'

// @ts-ignore: decorator
@inline
function largestLane(x: v128): f32 {
  const a = max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1))
  return max(a, max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)))
}

// @ts-ignore: decorator
@inline
function exponential(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0)
}

/** One group of distances: `[group][query][largest, sum]`. Arguments: the shared ones. */
export function attentionStatistics(args: usize, group: i32, scratch: usize): void {
  const rows = word(args, at.ROWS)
  const columns = word(args, at.COLUMNS)
  const groups = word(args, at.GROUPS)
  memory.fill(scratch, 0, behindScores(args, scratch) - scratch)
  const partials = pointer(args, at.PARTIALS) + (<usize>(group * rows * columns) << 3)
  for (let query = 0; query < rows * columns; query++) {
    store<f32>(partials + (<usize>query << 3), -3e38)
    store<f32>(partials + (<usize>query << 3), 0, 4)
  }
  const lag = lagOf(args)
  const first = (group * rows) / groups
  const last = ((group + 1) * rows) / groups
  for (let distance = first; distance < last; distance++) {
    for (let step = -lag; step < rows + lag; step++) {
      advance(args, scratch, distance, step, -lag)
      const row = step - lag
      if (row < 0) continue
      let place = partials + (<usize>(row * columns) << 3)
      for (let query = 0; query < columns; query++) {
        const largest = logits(args, scratch, distance, row, query, pointer(args, at.PADDING_OUT))
        gather(args, scratch, largestLane(largest), place)
        place += 8
      }
    }
  }
}

/** Adds a row of logits to a query's sum, which is kept relative to its largest logit so far. */
function gather(args: usize, scratch: usize, largestHere: f32, place: usize): void {
  const row = logitsRow(args, scratch)
  const before = load<f32>(place)
  const largest = max(before, largestHere)
  const top = f32x4.splat(largest)
  let sum = f32x4.splat(0)
  for (let offset: usize = 0; offset < <usize>paddedColumns(args) << 2; offset += 16) {
    sum = f32x4.add(sum, exp4(f32x4.sub(v128.load(row + offset), top)))
  }
  const rest = load<f32>(place, 4) * exponential(before - largest)
  store<f32>(place, largest)
  store<f32>(place, rest + sumOfLanes(sum), 4)
}

/** A chunk is one row of queries. Arguments: the shared ones. */
export function attentionReduce(args: usize, row: i32): void {
  const columns = word(args, at.COLUMNS)
  const places = word(args, at.ROWS) * columns
  for (let query = row * columns; query < (row + 1) * columns; query++) {
    const first = pointer(args, at.PARTIALS) + (<usize>query << 3)
    let largest: f32 = -3e38
    for (let group = 0; group < word(args, at.GROUPS); group++) {
      largest = max(largest, load<f32>(first + (<usize>(group * places) << 3)))
    }
    let sum: f64 = 0
    for (let group = 0; group < word(args, at.GROUPS); group++) {
      const place = first + (<usize>(group * places) << 3)
      sum += <f64>load<f32>(place, 4) * <f64>exponential(load<f32>(place) - largest)
    }
    store<f32>(pointer(args, at.LARGEST) + (<usize>query << 2), largest)
    store<f32>(pointer(args, at.QUARTERS) + (<usize>query << 2), <f32>(0.25 / sum))
  }
}
