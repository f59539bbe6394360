import type { Module } from '../../../engine/graph/module.ts'
import { add } from '../../../engine/ops/add/add.ts'
import { concat } from '../../../engine/ops/concat/concat.ts'
import { subtract } from '../../../engine/ops/subtract/subtract.ts'
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
 * `shift(g ⊙ x) + (x − g ⊙ x)`. The gate's convolution begins with zeros, so that nothing moves.
 *
 * The published module then shuffles the channels within each half; here they keep their order, which
 * a convolution after it makes up for. Parameters `bn`, `conv3D`.
 */
export function gateShift(channels: number): Module {
  wholeOption('gateShift', 'channels', channels, 2)
  const plan = planConvolution('gateShift', 3, channels, 2, {
    kernelSize: 3,
    padding: 1,
    groups: 2,
  })
  return {
    type: 'gateShift',
    describe: () => ({ type: 'gateShift', channels }),
    build(scope, input) {
      checkClip('gateShift', scope, input, 2)
      const seen = relu().build(scope, scope.child('bn', batchNorm(), input))
      const nothing = constantInitialiser(0)
      const weight = scope.parameter('conv3D.weight', plan.weightShape, nothing)
      const bias = scope.parameter('conv3D.bias', [2], nothing)
      const gate = convolve(plan, scope, seen, { weight, bias: [bias] })
      const moving = gatedBy(scope, input, gate, 'none', 'tanh')
      const staying = scope.apply(subtract, [input, moving], {})
      const half = channels / 2
      const moved = [
        shiftFrames(scope, channelsOf(scope, moving, 0, half), 'earlier'),
        shiftFrames(scope, channelsOf(scope, moving, half, channels), 'later'),
      ]
      return scope.apply(add, [scope.apply(concat, moved, { axis: 1 }), staying], {})
    },
  }
}

export const readGateShift: ModuleReader = (fields) => gateShift(fields.whole('channels'))
