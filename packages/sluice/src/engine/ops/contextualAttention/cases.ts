import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, between, type CaseValues, opCases } from '../opCase.ts'
import type { ContextualAttentionAttributes } from './attentionGrid.ts'
import { contextualAttention } from './contextualAttention.ts'
import { contextualAttentionBackward } from './contextualAttentionBackward.ts'

const published: ContextualAttentionAttributes = {
  fuse: true,
  downsampling: 'floor',
  keyNorm: 'floor',
  softmaxScale: 10,
}

const masks = {
  empty: between(0, 0),
  full: between(1, 1),
  hole: { from: 'hole' },
} as const satisfies Record<string, CaseValues>

interface AttentionCase {
  readonly shape: Shape
  readonly mask?: keyof typeof masks
  readonly options?: Partial<ContextualAttentionAttributes>
  /** Small features spread the attention; large ones put it on one key. */
  readonly features?: CaseValues
}

const spread = between(-0.1, 0.2)

const given: readonly AttentionCase[] = [
  { shape: [1, 3, 8, 12] },
  { shape: [1, 3, 8, 12], mask: 'empty' },
  { shape: [1, 3, 8, 12], mask: 'full' },
  { shape: [1, 3, 8, 12], options: { fuse: false } },
  { shape: [1, 6, 12, 10], options: { downsampling: 'alignCorners' } },
  { shape: [1, 6, 12, 10], options: { keyNorm: 'added', fuse: false } },
  { shape: [1, 6, 12, 10], options: { softmaxScale: 3 } },
  { shape: [2, 5, 14, 12] },
  { shape: [2, 5, 7, 9] },
  { shape: [2, 5, 11, 6], options: { downsampling: 'alignCorners', keyNorm: 'added' } },
  { shape: [1, 4, 2, 2], mask: 'empty' },
  { shape: [1, 4, 1, 1], mask: 'empty' },
  { shape: [1, 4, 2, 14], mask: 'empty' },
  { shape: [1, 4, 14, 2], mask: 'empty' },
  { shape: [1, 4, 4, 4], mask: 'empty' },
  { shape: [1, 16, 16, 16], features: { from: 'rectified' } },
]

/** Larger ones, for kernels; finite differences would take long and say nothing new. */
const large: readonly AttentionCase[] = [
  { shape: [1, 12, 20, 36] },
  { shape: [2, 9, 18, 22] },
  { shape: [1, 5, 37, 23], options: { downsampling: 'alignCorners' } },
]

const tooLarge = 'the same rule as for the small ones'

function nameOf({ shape, mask = 'hole', options = {}, features }: AttentionCase): string {
  const said = Object.entries(options).map(([key, value]) => `, ${key} ${value}`)
  const large = features === undefined ? '' : ', large features'
  return `[${shape.join(', ')}], mask ${mask}${said.join('')}${large}`
}

function casesOf(further: (shape: Shape) => ReturnType<typeof activationInput>[]) {
  return [...given, ...large].map((entry) => {
    const { shape, mask = 'hole', options = {}, features = spread } = entry
    const [batch = 1, , height = 1, width = 1] = shape
    return {
      name: nameOf(entry),
      inputs: [
        activationInput('foreground', shape, features),
        activationInput('background', shape, features),
        activationInput('mask', [batch, 1, height, width], masks[mask]),
        ...further(shape),
      ],
      attributes: { ...published, ...options },
      constants: ['mask'],
      ...(large.includes(entry) ? { noGradientCheck: tooLarge } : {}),
    }
  })
}

export const contextualAttentionCases = opCases({
  op: contextualAttention,
  cases: casesOf(() => []),
})

export const contextualAttentionBackwardCases = opCases({
  op: contextualAttentionBackward,
  cases: casesOf((shape) => [activationInput('dy', shape)]),
})
