import type { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import { activation } from '../../engine/ops/activation/activation.ts'
import { add } from '../../engine/ops/add/add.ts'
import { concat } from '../../engine/ops/concat/concat.ts'
import { scale } from '../../engine/ops/scale/scale.ts'
import { slice } from '../../engine/ops/slice/slice.ts'
import { relu } from '../../layers/activation.ts'
import { conv2d } from '../../layers/conv.ts'
import { averagePool2d, maxPool2d } from '../../layers/pool.ts'
import { sequential } from '../../layers/sequential.ts'

/** What the trunk's weights expect of a colour: from 0 to 255, less its mean, divided by 256. */
const colours = [122.782, 117.001, 104.298]
const divisor = 256

/**
 * The first three stages of dlib's ResNet-34 for ImageNet (released into the public domain), batch
 * norms folded into convolutions: `[N, 3, H, W]`, RGB from −1 to 1, becomes what the stages give, 64,
 * 64 and 128 channels at about a half, a quarter and an eighth of the size. Pictures need 19 pixels a
 * side. As in the original, strided convolutions are not padded; where the shortcut of the third stage
 * comes out one row or column larger than what it is added to, its last one is left out.
 */
export function resnet34Trunk(scope: Scope, picture: Value): readonly [Value, Value, Value] {
  const stem = conv2d(3, 64, { kernelSize: 7, stride: 2 })
  const f1 = scope.child(
    'stem',
    sequential({ conv: stem, relu: relu() }),
    normalised(scope, picture),
  )
  const pool = maxPool2d({ kernelSize: 3, stride: 2 })
  let f2 = pool.build(scope, f1)
  for (let i = 0; i < 3; i++) f2 = block(scope.within(`stage1.${i}`), f2, 64)
  let f3 = block(scope.within('stage2.0'), f2, 128, 2)
  for (let i = 1; i < 4; i++) f3 = block(scope.within(`stage2.${i}`), f3, 128)
  return [f1, f2, f3]
}

function normalised(scope: Scope, picture: Value): Value {
  const parts = colours.map((mean, channel) => {
    const part = scope.apply(slice, [picture], { axis: 1, start: channel, end: channel + 1 })
    const byte = 255 / 2
    return scope.apply(scale, [part], { factor: byte / divisor, offset: (byte - mean) / divisor })
  })
  return scope.apply(concat, parts, { axis: 1 })
}

/** Two convolutions beside a straight way (He et al. 2016), which is averaged where they halve the size. */
function block(scope: Scope, input: Value, channels: number, stride = 1): Value {
  const first = { kernelSize: 3, stride, padding: stride === 1 ? 1 : 0 }
  const body = sequential({
    conv1: conv2d(input.shape[1] ?? 0, channels, first),
    relu: relu(),
    conv2: conv2d(channels, channels, { kernelSize: 3, padding: 1 }),
  })
  const learned = body.build(scope, input)
  const straight = stride === 1 ? input : shortcut(scope, input, learned)
  const sum = scope.apply(add, [learned, straight], {})
  return scope.apply(activation, [sum], { kind: 'relu' as const })
}

/** The mean of four pixels, with channels of zeros behind. */
function shortcut(scope: Scope, input: Value, like: Value): Value {
  let pooled = averagePool2d({ kernelSize: 2 }).build(scope, input)
  for (const axis of [2, 3]) {
    const end = like.shape[axis] ?? 1
    if (pooled.shape[axis] === end) continue
    pooled = scope.apply(slice, [pooled], { axis, start: 0, end })
  }
  const zeros = scope.apply(scale, [pooled], { factor: 0, offset: 0 })
  return scope.apply(concat, [pooled, zeros], { axis: 1 })
}
