import type { Value } from '../../../engine/graph/value.ts'
import { present } from '../../../foundation/invariant.ts'
import {
  WINOGRAD_BLOCK,
  WINOGRAD_PACK,
  WINOGRAD_REDUCE,
  WINOGRAD_WEIGHT_GRADIENT,
} from '../abi/kernelIds.ts'
import type { Argument, StepRecorder } from '../step.ts'
import {
  type BlockTask,
  CHUNKS_WANTED,
  cutPanels,
  PARTIAL_BYTES_MAX,
  panelsOf,
  taskWords,
} from './blockTask.ts'
import { chooseWinogradBlocks } from './winogradBlocks.ts'
import type { WinogradGrid } from './winogradGrid.ts'
import { positionsOf, tileOf } from './winogradShape.ts'
import { viewsByPosition } from './winogradViews.ts'

/** Kernel taps that may share a place, and what stands for none; see `winogradPack.ts`. */
const SHARED = 4
const NO_TAP = 0xffffffff

const PACK_SCRATCH = (27 + 54 + 108 + 216) * 16
const REDUCE_SCRATCH = (27 + 6 + 18 + 54) * 32

/** Partial weight gradients of one layer: few, because each is as large as all transformed weights. */
const PARTIAL_SUMS_WANTED = 4

/** The weights that a pack step transforms. */
export interface PackTask {
  readonly weights: readonly (Value | undefined)[]
  readonly biases: readonly (Value | undefined)[]
  readonly bias: boolean
  readonly gated: boolean
  /** Outputs and channels of one group, as the forward convolution sees them. */
  readonly groupOutputs: number
  readonly groupChannels: number
  readonly taps: number
  readonly backward: boolean
  readonly prepared: boolean
}

/** Records the transform of weights; returns where U and the packed biases lie. */
export function addWinogradPack(
  recorder: StepRecorder,
  problem: WinogradGrid,
  task: PackTask,
): { readonly weights: Argument; readonly biases: Argument } {
  const { grid, points, deep, depths, taps, views, parts, sources } = problem
  const { groupOutputs, groupChannels, backward, prepared } = task
  const branches = task.gated ? 2 : 1
  const panels = backward ? panelsOf(groupChannels, false) : panelsOf(groupOutputs, task.gated)
  const rows = backward ? groupOutputs * branches : groupChannels * views.length
  const chunks = grid.groups * parts.length * panels
  const weights = recorder.temporary(
    chunks * positionsOf(problem) * depths.length * rows * 32,
    prepared,
  )
  const biases = task.bias ? recorder.temporary(grid.groups * panels * 32, prepared) : 0
  const table = new Uint32Array(sources.length * SHARED).fill(NO_TAP)
  sources.forEach((shared, place) => {
    table.set(shared, place * SHARED)
  })
  const slots = viewsByPosition(problem).flatMap((used) => [
    used.length,
    ...views.map((_, view) => used.indexOf(view)),
  ])
  recorder.add(
    WINOGRAD_PACK,
    chunks,
    [
      { value: task.weights[0] },
      { value: task.weights[1] },
      { value: task.biases[0] },
      { value: task.biases[1] },
      weights,
      biases,
      groupOutputs,
      groupChannels,
      task.taps,
      panels,
      depths.length,
      { table },
      backward ? 1 : 0,
      deep ? 1 : 0,
      taps,
      views.length,
      parts.length,
      points,
      { table: Uint32Array.from(slots) },
    ],
    { prepared, scratchBytes: PACK_SCRATCH },
  )
  return { weights, biases }
}

/** Records the block kernel over a grid. */
export function addWinogradBlocks(
  recorder: StepRecorder,
  problem: WinogradGrid,
  task: BlockTask,
): void {
  const { count, words, scratchBytes } = chooseWinogradBlocks(problem, 'tiles')
  const panels = panelsOf(task.groupOutputs, task.gated) * problem.parts.length
  const cut = cutPanels(panels, count, CHUNKS_WANTED / 2)
  const args = [...taskWords(task, problem.grid), ...words(cut)]
  recorder.add(WINOGRAD_BLOCK, count * cut.chunks, args, { scratchBytes })
}

/** What the weight gradient needs to know of its convolution. */
export interface WeightGradientTask {
  readonly x: Argument
  readonly dy: Argument
  readonly outputs: readonly (Value | undefined)[]
  readonly branches: number
  readonly groupOutputs: number
  readonly branchOutputs: number
  readonly taps: number
}

/** Records the weight gradient in Winograd's domain; returns the number of partial sums. */
export function addWinogradWeightGradient(
  recorder: StepRecorder,
  problem: WinogradGrid,
  task: WeightGradientTask,
): number {
  const { grid, deep, depths, sources } = problem
  const { count, positions, words, scratchBytes } = chooseWinogradBlocks(problem, 'rows')
  const panels = Math.ceil((task.groupOutputs * task.branches) / 8)
  const quarters = Math.ceil(grid.groupChannels / 4)
  const partBytes = grid.groups * panels * positions * quarters * depths.length * 128
  const fitting = Math.max(1, Math.floor(PARTIAL_BYTES_MAX / partBytes))
  const partialSums = Math.min(count, PARTIAL_SUMS_WANTED, fitting)
  const cut = cutPanels(panels, partialSums, CHUNKS_WANTED / 2)
  const partials = recorder.temporary(partialSums * partBytes)
  recorder.add(
    WINOGRAD_WEIGHT_GRADIENT,
    partialSums * cut.chunks,
    [
      task.x,
      task.dy,
      partials,
      partialSums,
      count,
      task.groupOutputs,
      task.branches,
      task.branchOutputs,
      0,
      0,
      grid.outChannels,
      panels,
      ...words(cut),
    ],
    { scratchBytes },
  )
  recorder.add(
    WINOGRAD_REDUCE,
    grid.groups * panels * quarters,
    [
      partials,
      partialSums,
      { value: present(task.outputs[0], 'weight gradient') },
      { value: task.outputs[1] },
      task.groupOutputs,
      grid.groupChannels,
      task.taps,
      panels,
      grid.groups,
      depths.length,
      { table: Uint32Array.from(sources.flat()) },
      deep ? 1 : 0,
    ],
    { scratchBytes: REDUCE_SCRATCH },
  )
  return partialSums
}

/** What a plan says of the kernel, and why it was chosen. */
export function describeWinograd(problem: WinogradGrid): { kernel: string; why: string } {
  const { deep, taps, phases, views, parts } = problem
  const tile = tileOf(problem)
  if (deep) {
    const dilated = phases.some((count) => count > 1) ? ', phases of the dilation' : ''
    return { kernel: 'winograd4x4x4', why: `3 × 3 × 3 with stride 1${dilated}` }
  }
  const kernel = `winograd${tile}x${tile}`
  const plain = `${taps} × ${taps} with stride 1 in space`
  if (views.length > 1) return { kernel, why: `stride 2 as ${plain} on ${views.length} views` }
  if (parts.length > 1) return { kernel, why: `enlargement as ${plain} to ${parts.length} parts` }
  return { kernel, why: phases.some((n) => n > 1) ? `${plain}, phases of the dilation` : plain }
}
