// The interpreter: walks a table of step records, one call from JavaScript for a whole program.
//
// A record is [kernel, chunks, counter, 0] and the kernel's arguments. Every thread walks the same
// table; between two records all threads meet. The control block begins with the words that
// `threads.ts` describes; at 192 it holds the run's table, its length, the scratch of thread 0, the
// bytes of scratch per thread and the number of threads, for the workers, and whether the calling
// thread may sleep.
import * as kernel from '../abi/kernelIds'
import { attentionBackward } from './attentionBackward'
import { attentionKeyEdges, attentionQueryEdges } from './attentionEdges'
import { attentionCells, attentionGrid } from './attentionGrid'
import { attentionPaste } from './attentionPaste'
import { attentionReduce, attentionStatistics } from './attentionSoftmax'
import { patchBegin, patchPaste } from './patchFill'
import { patchSearch } from './patchSearch'
import { averagePool, averagePoolBackward, globalAveragePool } from './pool'
import { globalAveragePoolBackward, maxPool, maxPoolBackward } from './pool'
import { momentsPartial, momentsReduce, normalise, normBackwardInput } from './batchNorm'
import { normBackwardPartial, normBackwardReduce, updateRunning } from './batchNorm'
import { channelSumPartial, channelSumReduce } from './channelSum'
import { writeConstants } from './constants'
import { convBlock } from './convBlock'
import { convWeightGradient, reduceWeightGradient } from './convWeightGradient'
import { copyBlocks, fillZero, toChannelsLast, toRowMajor } from './copy'
import { depthwiseBlock } from './depthwise'
import { depthwisePack } from './depthwisePack'
import { depthwiseReduce, depthwiseWeightGradient } from './depthwiseWeightGradient'
import { activation, activationBackward, add, divide, dropout } from './elementwise'
import { multiply, reluBackward, scale, subtract } from './elementwise'
import { elementLossBackward, elementLossPartial, elementLossReduce } from './elementLoss'
import { gateBackward } from './gateBackward'
import { gateProduct, gateProductBackward } from './gateProduct'
import { groupMoments, groupNormalise, groupStatistics } from './groupNorm'
import { groupBackwardInput, groupBackwardMeans, groupBackwardSums } from './groupNormBackward'
import { normChannelGradient, normElementGradient } from './groupNormBackward'
import { linearBackwardInput, linearBackwardWeight, linearPartial, linearReduce } from './linear'
import { linearAdamw, linearSgd } from './linearUpdate'
import { softmaxCrossEntropy, softmaxCrossEntropyBackward } from './loss'
import { adamwUpdate, blendUpdate, normScale, sgdUpdate, sumSquares } from './optimizer'
import { packWeights, packWeightsBackward } from './packWeights'
import { lineFill } from './lineFill'
import { maskTaps } from './maskTaps'
import { reduceFinish, reducePartial, spread } from './reduce'
import { resample } from './resample'
import { spectralBackward, spectralColumns, spectralRows, spectralScale } from './weightNorm'
import { spectralUnit, weightNorm, weightNormBackward } from './weightNorm'
import { winogradBlock } from './winograd'
import { winogradPack } from './winogradPack'
import { winogradReduce, winogradWeightGradient } from './winogradWeightGradient'
import { admitThreads, announceRun, awaitAdmission, awaitRun, barrier, claim } from './threads'
import { joinThreads, mustStop, stopThreads } from './threads'

const TABLE: usize = 192
const STEPS: usize = 196
const SCRATCH: usize = 200
const SCRATCH_BYTES: usize = 204
const MAY_WAIT: usize = 212
const THREADS: usize = 232

function dispatch(id: i32, args: usize, chunk: i32, scratch: usize): void {
  switch (id) {
    case kernel.PACK_WEIGHTS: return packWeights(args, chunk)
    case kernel.PACK_WEIGHTS_BACKWARD: return packWeightsBackward(args, chunk)
    case kernel.CONV_BLOCK: return convBlock(args, chunk, scratch)
    case kernel.CONV_WEIGHT_GRADIENT: return convWeightGradient(args, chunk, scratch)
    case kernel.REDUCE_WEIGHT_GRADIENT: return reduceWeightGradient(args, chunk, scratch)
    case kernel.GATE_BACKWARD: return gateBackward(args, chunk)
    case kernel.ADD: return add(args, chunk)
    case kernel.MULTIPLY: return multiply(args, chunk)
    case kernel.ACTIVATION: return activation(args, chunk)
    case kernel.ACTIVATION_BACKWARD: return activationBackward(args, chunk)
    case kernel.RELU_BACKWARD: return reluBackward(args, chunk)
    case kernel.DROPOUT: return dropout(args, chunk)
    case kernel.COPY_BLOCKS: return copyBlocks(args, chunk)
    case kernel.FILL_ZERO: return fillZero(args, chunk)
    case kernel.TO_ROW_MAJOR: return toRowMajor(args, chunk)
    case kernel.TO_CHANNELS_LAST: return toChannelsLast(args, chunk)
    case kernel.LINEAR_PARTIAL: return linearPartial(args, chunk)
    case kernel.LINEAR_REDUCE: return linearReduce(args, chunk)
    case kernel.LINEAR_BACKWARD_INPUT: return linearBackwardInput(args, chunk)
    case kernel.LINEAR_BACKWARD_WEIGHT: return linearBackwardWeight(args, chunk)
    case kernel.CHANNEL_SUM_PARTIAL: return channelSumPartial(args, chunk)
    case kernel.CHANNEL_SUM_REDUCE: return channelSumReduce(args, chunk)
    case kernel.MAX_POOL: return maxPool(args, chunk)
    case kernel.MAX_POOL_BACKWARD: return maxPoolBackward(args, chunk)
    case kernel.AVERAGE_POOL: return averagePool(args, chunk)
    case kernel.AVERAGE_POOL_BACKWARD: return averagePoolBackward(args, chunk)
    case kernel.GLOBAL_AVERAGE_POOL: return globalAveragePool(args, chunk)
    case kernel.GLOBAL_AVERAGE_POOL_BACKWARD: return globalAveragePoolBackward(args, chunk)
    case kernel.MOMENTS_PARTIAL: return momentsPartial(args, chunk)
    case kernel.MOMENTS_REDUCE: return momentsReduce(args, chunk)
    case kernel.NORMALISE: return normalise(args, chunk)
    case kernel.NORM_BACKWARD_PARTIAL: return normBackwardPartial(args, chunk)
    case kernel.NORM_BACKWARD_REDUCE: return normBackwardReduce(args, chunk)
    case kernel.NORM_BACKWARD_INPUT: return normBackwardInput(args, chunk)
    case kernel.UPDATE_RUNNING: return updateRunning(args, chunk)
    case kernel.SOFTMAX_CROSS_ENTROPY: return softmaxCrossEntropy(args, chunk)
    case kernel.SOFTMAX_CROSS_ENTROPY_BACKWARD: return softmaxCrossEntropyBackward(args, chunk)
    case kernel.SUM_SQUARES: return sumSquares(args, chunk)
    case kernel.NORM_SCALE: return normScale(args, chunk)
    case kernel.SGD_UPDATE: return sgdUpdate(args, chunk)
    case kernel.ADAMW_UPDATE: return adamwUpdate(args, chunk)
    case kernel.WINOGRAD_PACK: return winogradPack(args, chunk, scratch)
    case kernel.WINOGRAD_BLOCK: return winogradBlock(args, chunk, scratch)
    case kernel.WINOGRAD_WEIGHT_GRADIENT: return winogradWeightGradient(args, chunk, scratch)
    case kernel.WINOGRAD_REDUCE: return winogradReduce(args, chunk, scratch)
    case kernel.GATE_PRODUCT: return gateProduct(args, chunk)
    case kernel.GATE_PRODUCT_BACKWARD: return gateProductBackward(args, chunk)
    case kernel.REDUCE_PARTIAL: return reducePartial(args, chunk)
    case kernel.REDUCE_FINISH: return reduceFinish(args, chunk)
    case kernel.SPREAD: return spread(args, chunk)
    case kernel.RESAMPLE: return resample(args, chunk)
    case kernel.MASK_TAPS: return maskTaps(args, chunk)
    case kernel.LINE_FILL: return lineFill(args, chunk)
    case kernel.PATCH_BEGIN: return patchBegin(args, chunk)
    case kernel.PATCH_SEARCH: return patchSearch(args, chunk, scratch)
    case kernel.PATCH_PASTE: return patchPaste(args, chunk)
    case kernel.SUBTRACT: return subtract(args, chunk)
    case kernel.DIVIDE: return divide(args, chunk)
    case kernel.SCALE: return scale(args, chunk)
    case kernel.GROUP_MOMENTS: return groupMoments(args, chunk)
    case kernel.GROUP_STATISTICS: return groupStatistics(args, chunk)
    case kernel.GROUP_NORMALISE: return groupNormalise(args, chunk)
    case kernel.GROUP_BACKWARD_SUMS: return groupBackwardSums(args, chunk)
    case kernel.GROUP_BACKWARD_MEANS: return groupBackwardMeans(args, chunk)
    case kernel.GROUP_BACKWARD_INPUT: return groupBackwardInput(args, chunk)
    case kernel.NORM_CHANNEL_GRADIENT: return normChannelGradient(args, chunk)
    case kernel.NORM_ELEMENT_GRADIENT: return normElementGradient(args, chunk)
    case kernel.WEIGHT_NORM: return weightNorm(args, chunk)
    case kernel.WEIGHT_NORM_BACKWARD: return weightNormBackward(args, chunk)
    case kernel.SPECTRAL_COLUMNS: return spectralColumns(args, chunk)
    case kernel.SPECTRAL_ROWS: return spectralRows(args, chunk)
    case kernel.SPECTRAL_UNIT: return spectralUnit(args, chunk)
    case kernel.SPECTRAL_SCALE: return spectralScale(args, chunk)
    case kernel.SPECTRAL_BACKWARD: return spectralBackward(args, chunk)
    case kernel.ELEMENT_LOSS_PARTIAL: return elementLossPartial(args, chunk)
    case kernel.ELEMENT_LOSS_REDUCE: return elementLossReduce(args, chunk)
    case kernel.ELEMENT_LOSS_BACKWARD: return elementLossBackward(args, chunk)
    case kernel.BLEND_UPDATE: return blendUpdate(args, chunk)
    case kernel.ATTENTION_GRID: return attentionGrid(args, chunk)
    case kernel.ATTENTION_CELLS: return attentionCells(args, chunk)
    case kernel.ATTENTION_QUERY_EDGES: return attentionQueryEdges(args, chunk, scratch)
    case kernel.ATTENTION_KEY_EDGES: return attentionKeyEdges(args, chunk, scratch)
    case kernel.ATTENTION_STATISTICS: return attentionStatistics(args, chunk, scratch)
    case kernel.ATTENTION_REDUCE: return attentionReduce(args, chunk)
    case kernel.ATTENTION_PASTE: return attentionPaste(args, chunk, scratch)
    case kernel.ATTENTION_BACKWARD: return attentionBackward(args, chunk, scratch)
    case kernel.DEPTHWISE_PACK: return depthwisePack(args, chunk)
    case kernel.DEPTHWISE_BLOCK: return depthwiseBlock(args, chunk, scratch)
    case kernel.DEPTHWISE_WEIGHT_GRADIENT: return depthwiseWeightGradient(args, chunk, scratch)
    case kernel.DEPTHWISE_REDUCE: return depthwiseReduce(args, chunk)
    case kernel.LINEAR_SGD: return linearSgd(args, chunk, scratch)
    case kernel.LINEAR_ADAMW: return linearAdamw(args, chunk, scratch)
    default: unreachable()
  }
}

/** Walks the table as one of `threads` threads. */
function walk(
  control: usize,
  table: usize,
  steps: i32,
  threads: i32,
  scratch: usize,
  maySleep: bool,
): void {
  for (let step = 0; step < steps; step++) {
    const record = <usize>load<u32>(table + (<usize>step << 2))
    const id = load<i32>(record)
    const chunks = load<i32>(record, 4)
    const counter = record + 8
    for (let chunk = claim(counter); chunk < chunks; chunk = claim(counter)) {
      dispatch(id, record + 16, chunk, scratch)
    }
    barrier(control, threads, maySleep)
  }
}

/** Runs a program on this thread and on the workers that have joined. */
export function run(
  control: usize,
  table: usize,
  steps: i32,
  scratch: usize,
  scratchBytes: i32,
): void {
  // Workers meet the caller at the end of a step, so without one they would not be waited for.
  if (steps == 0) return
  for (let step = 0; step < steps; step++) {
    store<i32>(<usize>load<u32>(table + (<usize>step << 2)), 0, 8)
  }
  writeConstants()
  const threads = admitThreads(control)
  store<u32>(control + TABLE, <u32>table)
  store<i32>(control + STEPS, steps)
  store<u32>(control + SCRATCH, <u32>scratch)
  store<i32>(control + SCRATCH_BYTES, scratchBytes)
  store<i32>(control + THREADS, threads)
  if (threads > 1) announceRun(control)
  walk(control, table, steps, threads, scratch, load<i32>(control + MAY_WAIT) != 0)
}

/** Makes the calling worker one of the threads and gives its number. */
export function join(control: usize): i32 {
  return joinThreads(control)
}

/**
 * The life of a worker: wait for a run, walk its table, again; ends when told to stop. Its number is
 * an argument, since Node 20's first compiler forgets a local variable in a loop around a wait.
 */
export function work(control: usize, thread: i32): void {
  let seen = awaitAdmission(control, thread)
  while (!mustStop(control)) {
    seen = awaitRun(control, seen)
    if (mustStop(control)) return
    const scratch =
      <usize>load<u32>(control + SCRATCH) + <usize>(thread * load<i32>(control + SCRATCH_BYTES))
    const table = <usize>load<u32>(control + TABLE)
    walk(control, table, load<i32>(control + STEPS), load<i32>(control + THREADS), scratch, true)
  }
}

/** Tells all workers to end. */
export function stop(control: usize): void {
  stopThreads(control)
}
