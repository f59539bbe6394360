import { cube, type Net, type Residual } from './net.ts'

const CHANNELS = 64
const SAMPLES = 16_000

/** One block of WaveNet (van den Oord et al. 2016): what has been heard decides, nothing later. */
function block(index: number): Residual {
  const dilation = 2 ** index
  return {
    is: 'residual',
    name: `block${index}`,
    layers: [
      {
        is: 'gatedConv',
        name: 'gated',
        feature: 'feature',
        gate: 'gate',
        inChannels: CHANNELS,
        outChannels: CHANNELS,
        phi: 'tanh',
        after: 'none',
        merged: true,
        scale: 0.5,
        kernel: [2],
        stride: [1],
        dilation: [dilation],
        padding: [[dilation, 0]],
      },
      {
        is: 'conv',
        name: 'mix',
        inChannels: CHANNELS,
        outChannels: CHANNELS,
        scale: 0.5,
        ...cube(1, 1),
      },
    ],
  }
}

/** Ten blocks with dilations 1 to 512, kernel 2: one second of sound at 16 kHz. */
export const waveNet: Net = {
  name: 'WaveNet-like stack',
  input: [CHANNELS, SAMPLES],
  layers: Array.from({ length: 10 }, (_, index) => block(index)),
}
