import * as tf from '@tensorflow/tfjs'
import type { Window } from '../nets/net.ts'

type SaveTensors = (tensors: tf.Tensor[]) => void

/**
 * A convolution on channels-last data without its bias, by the rank of its kernel `[…sizes, in, out]`.
 * Uneven zeros are added before it; TensorFlow's own `same` puts them elsewhere than PyTorch.
 */
export function convolution(x: tf.Tensor, filter: tf.Tensor, window: Window): tf.Tensor {
  const rank = window.kernel.length
  if (rank === 3) return conv3dWithRightGradient(x as tf.Tensor5D, filter as tf.Tensor5D)
  const padded = tf.pad(x, [
    [0, 0],
    ...window.padding.map(([a, b]): [number, number] => [a, b]),
    [0, 0],
  ])
  const stride = window.stride as [number, number]
  const dilation = window.dilation as [number, number]
  return rank === 2
    ? tf.conv2d(padded as tf.Tensor4D, filter as tf.Tensor4D, stride, 'valid', 'NHWC', dilation)
    : tf.conv1d(
        padded as tf.Tensor3D,
        filter as tf.Tensor3D,
        stride[0],
        'valid',
        'NWC',
        dilation[0],
      )
}

/**
 * `tf.conv3d`, with the gradient towards its input put right. The WASM backend's kernel for it,
 * Conv3DBackpropInputV2, is wrong in 4.22.0 wherever there is padding and more than one frame or
 * channel (relative error 0.3 to 1.7; the pure JavaScript backend is right). The gradient is also a
 * convolution of `dy` with the flipped filter, for which the backend's own forward kernel serves, at
 * the same number of multiplications. The filter's gradient is the backend's own.
 */
const conv3dWithRightGradient = tf.customGrad((...args) => {
  const [x, filter, save] = args as [tf.Tensor5D, tf.Tensor5D, SaveTensors]
  save([x, filter])
  return {
    value: tf.conv3d(x, filter, 1, 'same'),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [input, weight] = saved as [tf.Tensor5D, tf.Tensor5D]
      const flipped = tf.transpose(tf.reverse(weight, [0, 1, 2]), [0, 1, 2, 4, 3])
      const attributes = { strides: [1, 1, 1], pad: 'same', filterShape: weight.shape }
      const kernel = 'Conv3DBackpropFilterV2'
      const dFilter: tf.Tensor = tf.engine().runKernel(kernel, { x: input, dy }, attributes)
      return [tf.conv3d(dy as tf.Tensor5D, flipped, 1, 'same'), dFilter]
    },
  }
}) as (x: tf.Tensor5D, filter: tf.Tensor5D) => tf.Tensor5D
