import type { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import type { Module } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import { add } from '../../engine/ops/add/add.ts'
import { concat } from '../../engine/ops/concat/concat.ts'
import { slice } from '../../engine/ops/slice/slice.ts'
import type { DeepFill } from '../../models/deepFill/deepFillV2.ts'
import type { Inpainter } from '../../models/inpainter.ts'
import type { Exhibition } from '../../training/adversarial/adversary.ts'
import type { Loss } from '../../training/losses/loss.ts'

/** Whether a network paints twice, so that training may look at both pictures. */
export function paintsTwice(model: Inpainter): model is DeepFill {
  return 'buildStages' in model
}

/** A network that paints twice, for training: its output `[N, 6, H, W]` is the first picture and the second. */
export function bothStages(model: DeepFill): Module {
  return {
    type: model.type,
    describe: () => model.describe(),
    build(scope, input) {
      if (scope.mode === 'inference') return model.build(scope, input)
      const { coarse, refined } = model.buildStages(scope, input)
      return scope.apply(concat, [coarse, refined], { axis: 1 })
    },
  }
}

/** The loss of the first picture, by `coarse`, and of the second, by `refined`, added (Yu et al. 2019). */
export function stagedLoss(coarse: Loss, refined: Loss): Loss {
  return {
    ...refined,
    describe: () => ({ type: 'staged', coarse: coarse.describe(), refined: refined.describe() }),
    build(builder, output) {
      const first = coarse.build(builder, stageOf(builder, output, 0))
      const second = refined.build(builder, stageOf(builder, output, 1))
      return {
        ...second,
        loss: builder.applyOne(add, [first.loss, second.loss], {}, 'loss'),
        terms: { coarse: first.loss, ...(second.terms ?? { refined: second.loss }) },
      }
    },
  }
}

/** What is shown of a network that paints twice: the second picture. */
export function refinedOnly(exhibition: Exhibition): Exhibition {
  return {
    describe: () => exhibition.describe(),
    build: (builder, output) => exhibition.build(builder, stageOf(builder, output, 1)),
  }
}

function stageOf(builder: GraphBuilder, output: Value, stage: 0 | 1): Value {
  const window = { axis: 1, start: 3 * stage, end: 3 * stage + 3 }
  return builder.applyOne(slice, [output], window, 'loss')
}
