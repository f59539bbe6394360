/**
 * Work whose every bit is compared between Node and pages: inference and training, by kernels of every
 * kind. Plain JavaScript, since pages load it as it is.
 */

/** The library's built modules: beside the page, or in Node from the folder. */
const base = 'process' in globalThis ? '../../packages/sluice/dist' : '/sluice'

/** Workers that pages start, counted so that a test can tell whether there were threads. */
let workers = 0
if (!('process' in globalThis)) {
  globalThis.Worker = class extends Worker {
    constructor(...options) {
      super(...options)
      workers++
    }
  }
}

/**
 * @param {{ threads?: string, deterministic?: string }} options as they stand in a page's address
 * @returns bits of outputs, losses and weights, and what the device is
 */
export async function work({ threads, deterministic }) {
  const sluice = await import(`${base}/entrypoints/index.js`)
  const training = await import(`${base}/entrypoints/training.js`)
  const { wasm } = await import(`${base}/entrypoints/wasm.js`)
  const device = await wasm({
    ...(threads === undefined ? {} : { threads: Number(threads) }),
    ...(deterministic === undefined ? {} : { deterministic }),
  })
  try {
    return {
      signature: device.signature,
      workers,
      isolated: globalThis.crossOriginIsolated ?? null,
      outputs: await infer(sluice, device),
      ...trained(sluice, training, device),
      profiledSteps: await profiledSteps(sluice, device),
      filled: await filledPicture(sluice, device),
    }
  } finally {
    await device.dispose()
  }
}

/** Networks of one, two and three dimensions, with the shapes of their inputs. */
function networks(sluice) {
  const { sequential, gatedConv1d, gatedConv2d, gatedConv3d, conv2d } = sluice
  const { batchNorm, maxPool3d, globalAveragePool, linear, groupNorm, relu } = sluice
  return [
    {
      input: [1, 4, 50],
      model: sequential([
        gatedConv1d(4, 8, { kernelSize: 3, dilation: 2, padding: 'causal' }),
        gatedConv1d(8, 5, { kernelSize: 2, dilation: 4, padding: 'causal' }),
      ]),
    },
    {
      input: [2, 3, 19, 23],
      model: sequential([
        conv2d(3, 8, { kernelSize: 5, stride: 2, padding: 2 }),
        groupNorm(2),
        gatedConv2d(8, 13, { kernelSize: 3, padding: 1 }),
        gatedConv2d(13, 8, { kernelSize: 3, padding: 2, dilation: 2 }),
      ]),
    },
    {
      input: [2, 3, 6, 16, 16],
      model: sequential([
        gatedConv3d(3, 8, { kernelSize: 3, padding: 1 }),
        batchNorm(),
        relu(),
        maxPool3d({ kernelSize: 2 }),
        gatedConv3d(8, 12, { kernelSize: 3, padding: 1 }),
        globalAveragePool(),
        linear(4),
      ]),
    },
  ]
}

async function infer(sluice, device) {
  const results = []
  for (const { model, input } of networks(sluice)) {
    const session = sluice.compile(model, { device, input, seed: 3 })
    const { output } = await session.run({ input: numbers(sluice, 'input', input) })
    results.push(hash(output.data))
    session.dispose()
  }
  return results
}

function trained(sluice, { Trainer, adamw }, device) {
  const { model, input } = networks(sluice).at(-1)
  const trainer = new Trainer(model, { device, input, optimizer: adamw(), clipNorm: 1, seed: 4 })
  const losses = []
  for (let step = 0; step < 6; step++) {
    trainer.step({
      inputs: numbers(sluice, `step ${step}`, input),
      labels: Int32Array.of(step % 4, 3),
    })
    losses.push(bits(Float32Array.of(trainer.loss))[0])
  }
  const weights = [...trainer.weights()].map(([name, { data }]) => `${name} ${hash(data)}`)
  trainer.dispose()
  return { losses, weights }
}

/** A hole in a picture as a canvas gives it, filled by parts that the network sees large and small. */
async function filledPicture({ Random, inpainter, gatedConv2d, conv2d }, device) {
  const { inpaint, drawRectangle } = await import(`${base}/entrypoints/inpainting.js`)
  const { sequential } = await import(`${base}/entrypoints/index.js`)
  const body = sequential([
    gatedConv2d(4, 8, { kernelSize: 3, padding: 1 }),
    conv2d(8, 3, { kernelSize: 3, padding: 1 }),
  ])
  const model = inpainter(body, { receptiveField: 70 })
  const random = new Random(3, 'picture')
  const pixels = Uint8ClampedArray.from({ length: 200 * 150 * 4 }, () => random.integer(256))
  const picture = { pixels, width: 200, height: 150, channels: 4 }
  const hole = new Uint8Array(200 * 150)
  drawRectangle(hole, picture, { x: 10, y: 20, width: 12, height: 9 })
  drawRectangle(hole, picture, { x: 90, y: 30, width: 100, height: 100 })
  const options = { device, seed: 5, strategy: 'crop', tile: 128, margin: 16, grow: 2, feather: 3 }
  const filled = await inpaint(model, picture, hole, options)
  const kinds = filled.plan.steps.map(({ kind }) => kind).join(' ')
  return `${kinds} ${hash(Uint32Array.from(filled.pixels))}`
}

async function profiledSteps(sluice, device) {
  const { model, input } = networks(sluice)[1]
  const session = sluice.compile(model, { device, input })
  const { steps } = await session.profile(undefined, { runs: 1 })
  session.dispose()
  return steps.length
}

function numbers({ Random }, name, shape) {
  const random = new Random(9, name)
  const count = shape.reduce((product, size) => product * size, 1)
  return Float32Array.from({ length: count }, () => random.uniform(-1, 1))
}

function bits(data) {
  return [...new Uint32Array(data.buffer, data.byteOffset, data.length)]
}

/** FNV-1a over the bits of the numbers, and how many there are. */
function hash(data) {
  const value = bits(data).reduce((sum, word) => Math.imul(sum ^ word, 16777619) >>> 0, 2166136261)
  return `${data.length}:${value.toString(16)}`
}
