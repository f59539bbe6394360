import type { Module, Scope } from '../../../engine/graph/module.ts'
import type { Value } from '../../../engine/graph/value.ts'
import { add } from '../../../engine/ops/add/add.ts'
import { concat } from '../../../engine/ops/concat/concat.ts'
import { reshape } from '../../../engine/ops/reshape/reshape.ts'
import { subtract } from '../../../engine/ops/subtract/subtract.ts'
import { SluiceError } from '../../../foundation/errors.ts'
import { constantInitialiser } from '../../../foundation/initialiser.ts'
import { relu } from '../../activation.ts'
import { batchNorm } from '../../batchNorm.ts'
import { planConvolution } from '../../convolutionOptions.ts'
import type { ModuleReader } from '../../description/readModule.ts'
import { wholeOption } from '../../options.ts'
import { convolve } from '../convolve.ts'
import { gatedBy } from '../gatedBy.ts'
import { channelsOf, checkClip, shiftFrames } from './temporalShift.ts'

/**
 * Gate-shift (Sudhakaran et al. 2020, GSM) over clips `[N, channels, D, H, W]`: a gate
 * `tanh(conv(relu(BN(x))))` of two channels, one per half of the channels, decides how much of a
 * half moves to the neighbouring frame (the first half to the frame before, the second to the next),
 * `shift(g ⊙ x) + (x − g ⊙ x)`. The gate's convolution begins with zeros, so that nothing moves in time.
 * Then, as in the published code, the quarters of each half are interleaved: 0, 1, 2, 3 become
 * 0, 2, 1, 3. Parameters `bn`, `conv3D`.
 *
 * @throws SluiceError `usage` for channels that are no multiple of 4
 */
export function gateShift(channels: number): Module {
  wholeOption('gateShift', 'channels', channels, 4)
  if (channels % 4 !== 0) {
    throw new SluiceError('usage', 'the channels do not fall into quarters', {
      where: 'gateShift',
      expected: 'a multiple of 4',
      received: `${channels}`,
    })
  }
  const plan = planConvolution('gateShift', 3, channels, 2, {
    kernelSize: 3,
    padding: 1,
    groups: 2,
  })
  return {
    type: 'gateShift',
    describe: () => ({ type: 'gateShift', channels }),
    build(scope, input) {
      checkClip('gateShift', scope, input, 4)
      const seen = relu().build(scope, scope.child('bn', batchNorm(), input))
      const nothing = constantInitialiser(0)
      const weight = scope.parameter('conv3D.weight', plan.weightShape, nothing)
      const bias = scope.parameter('conv3D.bias', [2], nothing)
      const gate = convolve(plan, scope, seen, { weight, bias: [bias] })
      const moving = gatedBy(scope, input, gate, 'none', 'tanh')
      const staying = scope.apply(subtract, [input, moving], {})
      const half = channels / 2
      const halfOf = (start: number, direction: 'earlier' | 'later') => {
        const end = start + half
        const moved = shiftFrames(scope, channelsOf(scope, moving, start, end), direction)
        const sum = scope.apply(add, [moved, channelsOf(scope, staying, start, end)], {})
        return interleaved(scope, sum)
      }
      return scope.apply(concat, [halfOf(0, 'earlier'), halfOf(half, 'later')], { axis: 1 })
    },
  }
}

/** The channels of both halves in turn. */
function interleaved(scope: Scope, clip: Value): Value {
  const channels = clip.shape[1] ?? 0
  const first = channelsOf(scope, clip, 0, channels / 2)
  const second = channelsOf(scope, clip, channels / 2, channels)
  // Behind a channel's frames those of its partner: in memory that is the interleaved clip.
  const pairs = scope.apply(concat, [first, second], { axis: 2 })
  return scope.apply(reshape, [pairs], { shape: clip.shape })
}

export const readGateShift: ModuleReader = (fields) => gateShift(fields.whole('channels'))
