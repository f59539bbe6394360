import { describe, expect, it } from 'vitest'
import { SluiceError } from '../foundation/errors.ts'
import { type HostTensor, type NamedTensors, tensor } from '../foundation/hostTensor.ts'
import { Random } from '../foundation/random.ts'
import { elementCount } from '../foundation/shape.ts'
import { inpaintingGraph } from '../inpainting/inpaintingGraph.ts'
import { deepFillV2 } from '../models/deepFill/deepFillV2.ts'
import { deepFillNames } from './deepFillNames.ts'
import { recogniseStateDict } from './recognise.ts'

const fuseName = 'stage2.contextual_attention.fuse_weight'
const identity = tensor([1, 1, 3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1])

/** Random weights under the names of the PyTorch layout. */
function torchNamed(width = 2): NamedTensors {
  const { variables } = inpaintingGraph(deepFillV2({ width }), { batch: 1, height: 8, width: 8 })
  const random = new Random(1, 'weights')
  return new Map(
    [...variables].map(([name, { value }]) => {
      const data = Float32Array.from({ length: elementCount(value.shape) }, () => random.uniform())
      return [name, tensor(value.shape, data)]
    }),
  )
}

/** The same under the names of the TensorFlow layout, in another order. */
function tensorFlowNamed(width = 2): NamedTensors {
  const ours = torchNamed(width)
  const names = [...deepFillNames].reverse()
  return new Map(
    names.flatMap(([theirs, own]) =>
      ['weight', 'bias'].map((kind): [string, HostTensor] => [
        `${theirs}.${kind}`,
        ours.get(`${own}.${kind}`) ?? tensor([0]),
      ]),
    ),
  )
}

function edited(edit: (tensors: NamedTensors) => void, start = torchNamed()): NamedTensors {
  edit(start)
  return start
}

function refusal(tensors: NamedTensors): SluiceError {
  try {
    recogniseStateDict(tensors)
  } catch (error) {
    if (error instanceof SluiceError) return error
    throw error
  }
  throw new Error('was not refused')
}

describe('recognising DeepFill v2', () => {
  it('finds the published generator by names and sizes', () => {
    const found = recogniseStateDict(torchNamed(24))
    expect(found.model.describe()).toEqual(deepFillV2().describe())
    expect(found.classes).toBe(0)
    expect(found.input).toBeUndefined()
    const words = found.explanation.join('\n')
    expect(words).toMatch(/DeepFill v2: 42 convolutions, 4,052,478 parameters/)
    expect(words).toMatch(/PyTorch layout/)
    expect(words).toMatch(/score fusion in the attention is on/)
    expect(words).toMatch(/RGB/)
    expect(words).toMatch(/research and education only/)
  })

  it('takes the buffer of score fusion where a file has it', () => {
    const found = recogniseStateDict(edited((tensors) => tensors.set(fuseName, identity)))
    expect(found.weights).toEqual(torchNamed())
  })

  it('finds the TensorFlow layout, without score fusion unless told', () => {
    const found = recogniseStateDict(tensorFlowNamed())
    const flavour = { padding: 'tf', downsampling: 'tf', width: 2 } as const
    expect(found.model.describe()).toEqual(deepFillV2({ ...flavour, fuse: false }).describe())
    expect(found.explanation.join('\n')).toMatch(/fusion[^\n]*off[^\n]*--fuse on/)
    expect(new Map([...found.weights].sort())).toEqual(new Map([...torchNamed()].sort()))
    const original = recogniseStateDict(tensorFlowNamed(), { fuse: true })
    expect(original.model.describe()).toEqual(deepFillV2({ ...flavour, fuse: true }).describe())
  })

  it('finds it beside other networks, under a name of its own', () => {
    const whole: NamedTensors = new Map([['netD.conv1.conv_sn.weight', identity]])
    for (const [name, value] of tensorFlowNamed()) whole.set(`netG.${name}`, value)
    const found = recogniseStateDict(whole)
    expect([...found.weights.keys()].sort()).toEqual([...torchNamed().keys()].sort())
    expect(found.explanation.join('\n')).toMatch(/under "netG\."[^\n]*left out 1/)
  })

  it('turns BGR by exchanging colours where the network sees and makes them', () => {
    const before = torchNamed()
    const { weights } = recogniseStateDict(torchNamed(), { bgr: true })
    const changed = [...weights.keys()].filter((name) => weights.get(name) !== before.get(name))
    const differing = changed.filter(
      (name) => String(weights.get(name)?.data) !== String(before.get(name)?.data),
    )
    expect(differing).toEqual([
      'stage1.conv1.conv.weight',
      'stage1.conv_to_rgb.conv.weight',
      'stage1.conv_to_rgb.conv.bias',
      'stage2.conv_conv1.conv.weight',
      'stage2.ca_conv1.conv.weight',
      'stage2.conv_to_rgb.conv.weight',
      'stage2.conv_to_rgb.conv.bias',
    ])
    const [red, green, blue] = before.get('stage1.conv_to_rgb.conv.bias')?.data ?? []
    expect([...(weights.get('stage1.conv_to_rgb.conv.bias')?.data ?? [])]).toEqual([
      blue,
      green,
      red,
    ])
  })
})

describe('weights that are almost DeepFill v2', () => {
  it.each<[string, NamedTensors, string, RegExp]>([
    [
      'lack a tensor',
      edited((tensors) => tensors.delete('stage2.conv_bn6.conv.bias')),
      'missing',
      /all but 1: without stage2\.conv_bn6\.conv\.bias/,
    ],
    [
      'lack a tensor of the TensorFlow layout',
      edited((tensors) => tensors.delete('pmconv9.conv.weight'), tensorFlowNamed()),
      'missing',
      /without pmconv9\.conv\.weight/,
    ],
    [
      'have one too many',
      edited((tensors) => tensors.set('stage1.conv_bn8.conv.weight', identity)),
      'format',
      /stage1\.conv_bn8/,
    ],
    [
      'have one of another shape',
      edited((tensors) => tensors.set('stage2.ca_conv1.conv.weight', identity)),
      'shape',
      /stage2\.ca_conv1[\s\S]*\[4, 3, 5, 5\][\s\S]*\[1, 1, 3, 3\]/,
    ],
    [
      'are the first stage alone',
      new Map([...torchNamed()].filter(([name]) => name.startsWith('stage1'))),
      'missing',
      /all but 50: without stage2\.conv_conv1\.conv\.weight/,
    ],
    [
      'are the second stage alone',
      new Map([...torchNamed()].filter(([name]) => name.startsWith('stage2'))),
      'missing',
      /stage1\.conv1\.conv\.weight/,
    ],
    [
      'also take a sketch',
      edited((tensors) => tensors.set('stage1.conv1.conv.weight', tensor([4, 6, 5, 5]))),
      'unsupported',
      /sketch/,
    ],
    [
      'are no multiple of its width',
      edited((tensors) => tensors.set('stage1.conv1.conv.weight', tensor([6, 5, 5, 5]))),
      'shape',
      /stage1\.conv1/,
    ],
    [
      'fuse scores otherwise',
      edited((tensors) => tensors.set(fuseName, tensor([1, 1, 3, 3], new Float32Array(9).fill(1)))),
      'unsupported',
      /identity/,
    ],
    [
      'are lost',
      edited((tensors) =>
        tensors.set(
          'stage2.conv_bn7.conv.bias',
          tensor([16], new Float32Array(16).fill(Number.NaN, 2)),
        ),
      ),
      'numeric',
      /stage2\.conv_bn7\.conv\.bias: the weights are lost[\s\S]*NaN at element 2/,
    ],
    [
      'are the discriminator',
      new Map([['conv1.conv_sn.weight', tensor([64, 4, 5, 5])]]),
      'unsupported',
      /discriminator[\s\S]*generator/,
    ],
  ])('are refused if they %s', (_, tensors, code, message) => {
    const error = refusal(tensors)
    expect(error).toMatchObject({ code })
    expect(error.message).toMatch(message)
  })
})
