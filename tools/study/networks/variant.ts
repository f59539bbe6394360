/** What a network's convolutions are: the one thing that differs in a comparison. */
export const VARIANTS = ['gated', 'plain', 'partial'] as const

export type Variant = (typeof VARIANTS)[number]
