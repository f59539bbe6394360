// Softmax and cross-entropy together, in double precision: the loss of a batch is a few numbers.
import { exp64, log64 } from './math'
import { pointer, word } from './record'

/** The weight of a class in a table of floats; 1 where there is none. */
// @ts-ignore: decorator
@inline
function weightOf(weights: usize, label: i32): f64 {
  return weights == 0 ? 1 : <f64>load<f32>(weights + (<usize>label << 2))
}

/**
 * 0 logits, 1 labels, 2 loss (0: none), 3 probabilities (0: none), 4 N, 5 classes, 6–7 smoothing
 * (double), 8 weights of the classes (0: all 1).
 */
export function softmaxCrossEntropy(args: usize, _chunk: i32): void {
  const batch = word(args, 4)
  const classes = word(args, 5)
  const smoothing = load<f64>(args + 24)
  const weights = pointer(args, 8)
  let loss: f64 = 0
  let divisor: f64 = 0
  for (let n = 0; n < batch; n++) {
    const logits = pointer(args, 0) + (<usize>(n * classes) << 2)
    let largest = <f64>load<f32>(logits)
    for (let c = 1; c < classes; c++) {
      largest = max<f64>(largest, <f64>load<f32>(logits + (<usize>c << 2)))
    }
    let sum: f64 = 0
    let total: f64 = 0
    let spread: f64 = 0
    for (let c = 0; c < classes; c++) {
      const logit = <f64>load<f32>(logits + (<usize>c << 2))
      const weight = weightOf(weights, c)
      sum += exp64(logit - largest)
      total += weight * logit
      spread += weight
    }
    const logSum = sum > 0 ? largest + log64(sum) : sum
    const label = load<i32>(pointer(args, 1) + (<usize>n << 2))
    const target = <f64>load<f32>(logits + (<usize>label << 2))
    const own = weightOf(weights, label)
    const others = (spread * logSum - total) / <f64>classes
    loss += (1 - smoothing) * own * (logSum - target) + smoothing * others
    divisor += own
    if (pointer(args, 3) != 0) {
      const probabilities = pointer(args, 3) + (<usize>(n * classes) << 2)
      for (let c = 0; c < classes; c++) {
        const at = <usize>c << 2
        store<f32>(probabilities + at, <f32>(exp64(<f64>load<f32>(logits + at) - largest) / sum))
      }
    }
  }
  if (pointer(args, 2) != 0) store<f32>(pointer(args, 2), <f32>(loss / divisor))
}

/**
 * 0 probabilities, 1 labels, 2 dLoss, 3 dLogits, 4 N, 5 classes, 6–7 smoothing (double), 8 weights of
 * the classes (0: all 1).
 */
export function softmaxCrossEntropyBackward(args: usize, _chunk: i32): void {
  const batch = word(args, 4)
  const classes = word(args, 5)
  const smoothing = load<f64>(args + 24)
  const weights = pointer(args, 8)
  let divisor: f64 = 0
  for (let n = 0; n < batch; n++) {
    divisor += weightOf(weights, load<i32>(pointer(args, 1) + (<usize>n << 2)))
  }
  let spread: f64 = 0
  for (let c = 0; c < classes; c++) spread += weightOf(weights, c)
  const even = smoothing / <f64>classes
  const scale = <f64>load<f32>(pointer(args, 2)) / divisor
  for (let n = 0; n < batch; n++) {
    const label = load<i32>(pointer(args, 1) + (<usize>n << 2))
    const sum = even * spread + (1 - smoothing) * weightOf(weights, label)
    for (let c = 0; c < classes; c++) {
      const at = <usize>(n * classes + c) << 2
      const share = c == label ? even + (1 - smoothing) : even
      const target = share * weightOf(weights, c)
      const probability = <f64>load<f32>(pointer(args, 0) + at)
      store<f32>(pointer(args, 3) + at, <f32>((probability * sum - target) * scale))
    }
  }
}
