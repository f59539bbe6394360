import type { Module, Scope } from '../../../engine/graph/module.ts'
import type { Value } from '../../../engine/graph/value.ts'
import { concat } from '../../../engine/ops/concat/concat.ts'
import { padZeros, slice } from '../../../engine/ops/slice/slice.ts'
import { SluiceError } from '../../../foundation/errors.ts'
import { formatShape } from '../../../foundation/shape.ts'
import { conv3d } from '../../conv.ts'
import { sequential } from '../../sequential.ts'
import type { Size } from '../../window.ts'
import { gated } from '../gated.ts'

/** Refuses what has no time: everything but `[N, C, D, H, W]` with channels that fall into parts. */
export function checkClip(layer: string, scope: Scope, { shape }: Value, parts: number): void {
  const [, channels = 0] = shape
  if (shape.length === 5 && channels >= parts && channels % parts === 0) return
  throw new SluiceError('shape', 'the input does not fit the layer', {
    where: `${scope.path || 'model'} (${layer})`,
    expected: `[batch, a multiple of ${parts} channels, depth, height, width]`,
    received: formatShape(shape),
  })
}

/** A clip one frame later (what frame t was is now t + 1) or earlier; zeros move in. */
export function shiftFrames(scope: Scope, clip: Value, direction: 'later' | 'earlier'): Value {
  const frames = clip.shape[2] ?? 1
  const later = direction === 'later'
  const zeros = { axis: 2, before: later ? 1 : 0, after: later ? 0 : 1 }
  const start = later ? 0 : 1
  const longer = scope.apply(padZeros, [clip], zeros)
  return scope.apply(slice, [longer], { axis: 2, start, end: start + frames })
}

/** Channels `start` to before `end`. */
export function channelsOf(scope: Scope, value: Value, start: number, end: number): Value {
  return scope.apply(slice, [value], { axis: 1, start, end })
}

/**
 * Temporal shift of clips `[N, C, D, H, W]` (Lin et al. 2019): the first quarter of the channels comes
 * from the next frame, the second from the one before, the rest stays. No parameters.
 */
export function temporalShift(): Module {
  return {
    type: 'temporalShift',
    describe: () => ({ type: 'temporalShift' }),
    build(scope, input) {
      checkClip('temporalShift', scope, input, 4)
      const channels = input.shape[1] ?? 0
      const part = channels / 4
      const next = shiftFrames(scope, channelsOf(scope, input, 0, part), 'earlier')
      const past = shiftFrames(scope, channelsOf(scope, input, part, 2 * part), 'later')
      const still = channelsOf(scope, input, 2 * part, channels)
      return scope.apply(concat, [next, past, still], { axis: 1 })
    },
  }
}

/** Options of `shiftedGate`. */
export interface ShiftedGateOptions {
  /** Height and width of the window, or one for both. Default 3. */
  readonly kernelSize?: Size
}

/**
 * Gated temporal shift (Chang et al. 2019, "Learnable gated temporal shift module", with the shift
 * fixed): `lrelu(F) ⊙ σ(G)` per frame, slope 0.2, where the feature sees channels of the neighbouring
 * frames and the gate its own frame only. Parameters `feature.conv`, `gate`.
 */
export function shiftedGate(
  inChannels: number,
  outChannels: number,
  { kernelSize = 3 }: ShiftedGateOptions = {},
): Module {
  const plane = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize
  const conv = () => conv3d(inChannels, outChannels, { kernelSize: [1, ...plane], padding: 'same' })
  return gated({
    feature: sequential({ shift: temporalShift(), conv: conv() }),
    gate: conv(),
    featureActivation: 'leakyRelu02',
  })
}
