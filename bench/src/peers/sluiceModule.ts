import {
  branches,
  conv1d,
  conv2d,
  conv3d,
  deepFillV2,
  flatten,
  gatedConv1d,
  gatedConv2d,
  gatedConv3d,
  linear,
  type Module,
  relu,
  residual,
  resize,
  sequential,
} from 'sluice'
import type { Convolution, GatedConvolution, Layer, Net, Window } from '../nets/net.ts'

/** A net as a module of the library, with parameters of the net's names. */
export function sluiceModule(net: Net): Module {
  return sequence(net.layers)
}

function sequence(layers: readonly Layer[]): Module {
  const modules: Record<string, Module> = {}
  for (const layer of layers) {
    if (layer.is === 'linear') modules.flatten = flatten()
    modules[layer.name] = moduleOf(layer)
    if (layer.is === 'gatedConv' && layer.after === 'relu') modules[`${layer.name}_relu`] = relu()
  }
  return sequential(modules)
}

function moduleOf(layer: Layer): Module {
  switch (layer.is) {
    case 'gatedConv':
      return gated(layer)
    case 'conv':
      return plain(layer)
    case 'linear':
      return linear(layer.outFeatures, { inFeatures: layer.inFeatures })
    case 'residual':
      return residual(sequence(layer.layers))
    case 'upsample':
      return resize({ scale: 2 })
    case 'deepFill':
      return deepFillV2()
    case 'branches':
      return branches(layer.paths.map((path) => sequence(path)))
  }
}

function gated(layer: GatedConvolution): Module {
  const make = [gatedConv1d, gatedConv2d, gatedConv3d][layer.kernel.length - 1] ?? gatedConv3d
  return make(layer.inChannels, layer.outChannels, {
    ...windowOptions(layer),
    featureActivation: layer.phi,
    featureName: layer.feature,
    gateName: layer.gate,
  })
}

function plain(layer: Convolution): Module {
  const make = [conv1d, conv2d, conv3d][layer.kernel.length - 1] ?? conv3d
  return make(layer.inChannels, layer.outChannels, windowOptions(layer))
}

function windowOptions({ kernel, stride, dilation, padding }: Window) {
  return { kernelSize: kernel, stride, dilation, padding }
}
