import type { Module, Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { add } from '../engine/ops/add/add.ts'
import { concat } from '../engine/ops/concat/concat.ts'
import type { GateAttributes } from '../engine/ops/gatedConvolution/gateBackward.ts'
import { gateProduct } from '../engine/ops/gateProduct/gateProduct.ts'
import { factsPerLine, lineDirections, lineFill } from '../engine/ops/lineFill/lineFill.ts'
import { scale } from '../engine/ops/scale/scale.ts'
import { slice } from '../engine/ops/slice/slice.ts'
import { subtract } from '../engine/ops/subtract/subtract.ts'
import { SluiceError } from '../foundation/errors.ts'
import { formatShape, sameShape } from '../foundation/shape.ts'
import { conv2d } from './conv.ts'
import type { ModuleReader } from './description/readModule.ts'
import { enlarged, type HoleLevels, holeLevel, masked } from './holePyramid.ts'
import { smoothFill } from './smoothFill.ts'
import { placeOf, spatialRankOf } from './spatialInput.ts'
import { stiffFill } from './stiffFill.ts'

const lines = lineDirections.length
/** Every line, and the stiff fill. */
const guesses = lines + 1
/** Gates begin nearly shut, so that a network begins as the smooth fill. */
const shut = -3.5
const gating: GateAttributes = {
  featureActivation: 'none',
  gateActivation: 'sigmoid',
  activation: 'none',
}

/** Channels that the module of a `lineResidual` sees for pictures of so many colours, and must make. */
export function lineChannels(colours: number): { readonly seen: number; readonly made: number } {
  return { seen: guesses * colours + lines * factsPerLine + colours + 1, made: guesses + colours }
}

/**
 * Fills holes by guesses that a module chooses from: `[N, C + 1, H, W]`, a picture and behind it the mask
 * of its hole (1 = hole), becomes `[N, C, H, W]`. The hole is filled smoothly (`smoothFill`); at half the
 * size straight lines in eight directions are drawn through it (`lineFill`), and it is filled as by a
 * stiff plate (`stiffFill`). The module sees how each of these nine differs from the smooth fill, how near
 * and how alike the ends of each line are, the smooth fill and the mask; it makes one gate for each of
 * them and a colour to be added. Differences that their gates let through are mixed (`sum`, a 1×1
 * convolution) and added, with the colour, inside the hole.
 *
 * Known pixels come out as they came in, whatever the module does, and what the picture holds in the
 * hole is never looked at. Parameters are called `body.…` and `sum.…`.
 */
export function lineResidual(module: Module): Module {
  return {
    type: 'lineResidual',
    describe: () => ({ type: 'lineResidual', body: module.describe() }),
    build(scope, input) {
      const colours = (input.shape[1] ?? 0) - 1
      if (spatialRankOf('lineResidual', scope, input) !== 2 || colours < 1) {
        throw new SluiceError('shape', 'the input is no picture with a mask', {
          where: placeOf('lineResidual', scope),
          expected: '[batch, colours + 1, height, width]',
          received: formatShape(input.shape),
        })
      }
      const picture = channelsOf(scope, input, 0, colours)
      const mask = channelsOf(scope, input, colours, colours + 1)
      const large = holeLevel(scope, picture, mask)
      const { filled, smaller, smallFilled } = smoothFill(scope, large)
      const added = chosen(scope, module, smaller, smallFilled)
      return scope.apply(add, [filled, masked(scope, enlarged(scope, added, filled), mask)], {})
    },
  }
}

export const readLineResidual: ModuleReader = (fields, child) =>
  lineResidual(child(fields.take('body'), 'body'))

/** What is to be added to the smooth fill, at half the size. */
function chosen(scope: Scope, module: Module, levels: HoleLevels, smooth: Value): Value {
  const [small] = levels
  const colours = small.picture.shape[1] ?? 1
  const drawn = scope.apply(lineFill, [small.picture, small.hole], {})
  const stiff = stiffFill(scope, levels)
  const lineColours = channelsOf(scope, drawn, 0, lines * colours)
  const facts = channelsOf(scope, drawn, lines * colours, lines * (colours + factsPerLine))
  const each = scope.apply(concat, new Array<Value>(guesses).fill(smooth), { axis: 1 })
  const guessed = scope.apply(concat, [lineColours, stiff], { axis: 1 })
  const differences = scope.apply(subtract, [guessed, each], {})
  const seen = scope.apply(concat, [differences, facts, smooth, small.hole], { axis: 1 })
  const made = scope.child('body', module, seen)
  const expected = [small.picture.shape[0] ?? 1, guesses + colours, ...drawn.shape.slice(2)]
  if (!sameShape(made.shape, expected)) {
    throw new SluiceError('shape', 'the module does not make gates and a colour', {
      where: placeOf('lineResidual', scope),
      expected: formatShape(expected),
      received: formatShape(made.shape),
    })
  }
  const sums = channelsOf(scope, made, 0, guesses)
  const gates = scope.apply(scale, [sums], { factor: 1, offset: shut })
  const passed = scope.apply(gateProduct, [differences, gates], gating)
  const mix = conv2d(guesses * colours, colours, { kernelSize: 1, bias: false })
  const mixed = scope.child('sum', mix, passed)
  const colour = channelsOf(scope, made, guesses, guesses + colours)
  return scope.apply(add, [mixed, colour], {})
}

function channelsOf(scope: Scope, value: Value, start: number, end: number): Value {
  return scope.apply(slice, [value], { axis: 1, start, end })
}
