import type { Module, Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { add } from '../engine/ops/add/add.ts'
import { concat } from '../engine/ops/concat/concat.ts'
import type { GateAttributes } from '../engine/ops/gatedConvolution/gateBackward.ts'
import { gateProduct } from '../engine/ops/gateProduct/gateProduct.ts'
import { factsPerLine, lineDirections, lineFill } from '../engine/ops/lineFill/lineFill.ts'
import { factsOfPatches } from '../engine/ops/patchFill/patchSteps.ts'
import { scale } from '../engine/ops/scale/scale.ts'
import { slice } from '../engine/ops/slice/slice.ts'
import { subtract } from '../engine/ops/subtract/subtract.ts'
import { SluiceError } from '../foundation/errors.ts'
import { formatShape, sameShape } from '../foundation/shape.ts'
import { conv2d } from './conv.ts'
import { type CopiedFill, copiedFill, copiedNear } from './copiedFill.ts'
import type { ModuleReader } from './description/readModule.ts'
import { enlarged, type HoleLevels, holeLevel, masked } from './holePyramid.ts'
import { smoothFill } from './smoothFill.ts'
import { placeOf, spatialRankOf } from './spatialInput.ts'
import { stiffFill } from './stiffFill.ts'

const lines = lineDirections.length
/** Every line, and the stiff fill: what is mixed at half the size. */
const mixed = lines + 1
/** Those, and what is copied. */
const guesses = mixed + 1
/** How often patches are looked for at full size: what half the size has found is nearly right. */
const roundsWhole = 1
/** Gates of lines and of the stiff fill begin nearly shut. */
const shut = -3.5
/** That of what is copied begins nearly half open: four tenths of it are, without any learning, better than none. */
const ajar = -0.4
const gating: GateAttributes = {
  featureActivation: 'none',
  gateActivation: 'sigmoid',
  activation: 'none',
}

/** Channels that the module of a `guessedFill` sees for pictures of so many colours, and must make. */
export function guessChannels(colours: number): { readonly seen: number; readonly made: number } {
  const facts = lines * factsPerLine + factsOfPatches
  return { seen: guesses * colours + facts + colours + 1, made: guesses + colours }
}

/**
 * Fills holes by guesses that a module chooses from: `[N, C + 1, H, W]`, a picture and behind it the mask
 * of its hole (1 = hole), becomes `[N, C, H, W]`. The hole is filled smoothly (`smoothFill`); at half the
 * size straight lines in eight directions are drawn through it (`lineFill`), it is filled as by a
 * stiff plate (`stiffFill`) and with patches from elsewhere in the picture (`copiedFill`). The module sees how each of
 * these ten differs from the smooth fill, how near and how alike the ends of each line are, how well the
 * patches fit, the smooth fill and the mask; it makes one gate for each of them and a colour to be added.
 * Differences of lines and of the stiff fill that their gates let through are mixed (`sum`, a 1×1 convolution)
 * and added, with the colour, inside the hole; what is copied keeps its sharpness: its patches are looked for
 * once more at full size, and the gate is enlarged instead.
 *
 * Known pixels come out as they came in, whatever the module does, and what the picture holds in the
 * hole is never looked at. Parameters are called `body.…` and `sum.…`.
 */
export function guessedFill(module: Module): Module {
  return {
    type: 'guessedFill',
    describe: () => ({ type: 'guessedFill', body: module.describe() }),
    build(scope, input) {
      const colours = (input.shape[1] ?? 0) - 1
      if (spatialRankOf('guessedFill', scope, input) !== 2 || colours < 1) {
        throw new SluiceError('shape', 'the input is no picture with a mask', {
          where: placeOf('guessedFill', scope),
          expected: '[batch, colours + 1, height, width]',
          received: formatShape(input.shape),
        })
      }
      const picture = channelsOf(scope, input, 0, colours)
      const mask = channelsOf(scope, input, colours, colours + 1)
      const large = holeLevel(scope, picture, mask)
      const { filled, smaller, smallFilled } = smoothFill(scope, large)
      const copied = copiedFill(scope, smaller, smallFilled)
      const { added, gate } = chosen(scope, module, {
        levels: smaller,
        smooth: smallFilled,
        copied,
      })
      const sharp = copiedNear(scope, large, copied, roundsWhole).filled
      const difference = scope.apply(subtract, [sharp, filled], {})
      const passed = passedBy(
        scope.within('copies'),
        difference,
        enlarged(scope, gate, filled),
        ajar,
      )
      const all = scope.apply(add, [enlarged(scope, added, filled), passed], {})
      return scope.apply(add, [filled, masked(scope, all, mask)], {})
    },
  }
}

export const readGuessedFill: ModuleReader = (fields, child) =>
  guessedFill(child(fields.take('body'), 'body'))

/** What there is to choose from, at half the size. */
interface Choice {
  readonly levels: HoleLevels
  readonly smooth: Value
  readonly copied: CopiedFill
}

/** What is to be added to the smooth fill, and the sums of the gate of what is copied, at half the size. */
function chosen(scope: Scope, module: Module, { levels, smooth, copied }: Choice) {
  const [small] = levels
  const colours = small.picture.shape[1] ?? 1
  const drawn = scope.apply(lineFill, [small.picture, small.hole], {})
  const stiff = stiffFill(scope, levels)
  const lineColours = channelsOf(scope, drawn, 0, lines * colours)
  const facts = channelsOf(scope, drawn, lines * colours, lines * (colours + factsPerLine))
  const each = scope.apply(concat, new Array<Value>(guesses).fill(smooth), { axis: 1 })
  const guessed = scope.apply(concat, [lineColours, stiff, copied.filled], { axis: 1 })
  const differences = scope.apply(subtract, [guessed, each], {})
  const looked = [differences, facts, copied.facts, smooth, small.hole]
  const made = scope.child('body', module, scope.apply(concat, looked, { axis: 1 }))
  const expected = [small.picture.shape[0] ?? 1, guesses + colours, ...drawn.shape.slice(2)]
  if (!sameShape(made.shape, expected)) {
    throw new SluiceError('shape', 'the module does not make gates and a colour', {
      where: placeOf('guessedFill', scope),
      expected: formatShape(expected),
      received: formatShape(made.shape),
    })
  }
  const smoothOnes = channelsOf(scope, differences, 0, mixed * colours)
  const passed = passedBy(
    scope.within('guesses'),
    smoothOnes,
    channelsOf(scope, made, 0, mixed),
    shut,
  )
  const mix = conv2d(mixed * colours, colours, { kernelSize: 1, bias: false })
  const colour = channelsOf(scope, made, guesses, guesses + colours)
  const added = scope.apply(add, [scope.child('sum', mix, passed), colour], {})
  return { added, gate: channelsOf(scope, made, mixed, guesses) }
}

/** What gates with these sums, and where they begin, let through of differences. */
function passedBy(scope: Scope, differences: Value, sums: Value, offset: number): Value {
  const gates = scope.apply(scale, [sums], { factor: 1, offset })
  return scope.apply(gateProduct, [differences, gates], gating)
}

function channelsOf(scope: Scope, value: Value, start: number, end: number): Value {
  return scope.apply(slice, [value], { axis: 1, start, end })
}
