import type { Module } from '../engine/graph/module.ts'
import { add } from '../engine/ops/add/add.ts'
import { concat } from '../engine/ops/concat/concat.ts'
import { slice } from '../engine/ops/slice/slice.ts'
import { SluiceError } from '../foundation/errors.ts'
import { formatShape, sameShape } from '../foundation/shape.ts'
import type { ModuleReader } from './description/readModule.ts'
import { masked, smoothFill } from './smoothFill.ts'
import { spatialRankOf } from './spatialInput.ts'

/**
 * What a module adds to a smooth fill: `[N, C + 1, H, W]`, a picture and behind it the mask of its hole
 * (1 = hole), becomes `[N, C, H, W]`: the picture with its hole filled by `smoothFill`, and inside the
 * hole plus what `module` makes of that and the mask. Known pixels come out as they came in, whatever
 * the module does, and what the picture holds in the hole is never looked at. Parameters are called
 * `body.…`.
 */
export function smoothResidual(module: Module): Module {
  return {
    type: 'smoothResidual',
    describe: () => ({ type: 'smoothResidual', body: module.describe() }),
    build(scope, input) {
      const channels = (input.shape[1] ?? 0) - 1
      if (spatialRankOf('smoothResidual', scope, input) !== 2 || channels < 1) {
        throw new SluiceError('shape', 'the input is no picture with a mask', {
          where: `${scope.path || 'model'} (smoothResidual)`,
          expected: '[batch, colours + 1, height, width]',
          received: formatShape(input.shape),
        })
      }
      const picture = scope.apply(slice, [input], { axis: 1, start: 0, end: channels })
      const mask = scope.apply(slice, [input], { axis: 1, start: channels, end: channels + 1 })
      const smooth = smoothFill(scope, picture, mask)
      const seen = scope.apply(concat, [smooth, mask], { axis: 1 })
      const difference = scope.child('body', module, seen)
      if (!sameShape(difference.shape, smooth.shape)) {
        throw new SluiceError('shape', 'the module does not make a picture of the same size', {
          where: `${scope.path || 'model'} (smoothResidual)`,
          expected: formatShape(smooth.shape),
          received: formatShape(difference.shape),
        })
      }
      return scope.apply(add, [smooth, masked(scope, difference, mask)], {})
    },
  }
}

export const readSmoothResidual: ModuleReader = (fields, child) =>
  smoothResidual(child(fields.take('body'), 'body'))
