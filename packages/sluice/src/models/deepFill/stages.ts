import type { Module } from '../../engine/graph/module.ts'
import { sequential } from '../../layers/sequential.ts'
import type { GatedBlocks } from './gatedBlocks.ts'

/** Distances between the taps of the layers that see far. */
const dilations = [2, 4, 8, 16] as const

/**
 * Stage 1, a first guess: `[N, 5, H, W]` (the picture with its hole blanked, ones, the mask) →
 * `[N, 3, H, W]`.
 */
export function coarseStage(blocks: GatedBlocks, width: number): Module {
  const { gated, down } = blocks
  const wide = 4 * width
  return sequential({
    conv1: gated(5, width, { kernelSize: 5 }),
    down_block1: down(width, 2 * width, 2 * width),
    down_block2: down(2 * width, wide, wide),
    ...farSighted('conv_bn', blocks, wide),
    conv_bn6: gated(wide, wide),
    conv_bn7: gated(wide, wide),
    ...upToPicture(blocks, width),
  })
}

/** Of stage 2, the branch that makes things up: `[N, 3, H, W]` → `[N, 4·width, H/4, W/4]`. */
export function imaginingBranch(blocks: GatedBlocks, width: number): Module {
  const { gated, down } = blocks
  return sequential({
    conv_conv1: gated(3, width, { kernelSize: 5 }),
    conv_down_block1: down(width, width, 2 * width),
    conv_down_block2: down(2 * width, 2 * width, 4 * width),
    ...farSighted('conv_conv_bn', blocks, 4 * width),
  })
}

/** Of stage 2, the branch that looks around, up to its attention: as large as the other's output. */
export function lookingBranch(blocks: GatedBlocks, width: number): Module {
  const { gated, down } = blocks
  const wide = 4 * width
  return sequential({
    ca_conv1: gated(3, width, { kernelSize: 5 }),
    ca_down_block1: down(width, width, 2 * width),
    ca_down_block2: down(2 * width, wide, wide),
    // Not below zero: what attention compares are then angles up to 90°.
    ca_conv_bn1: gated(wide, wide, { featureActivation: 'relu' }),
  })
}

/** What follows attention in its branch. */
export function afterAttention({ gated }: GatedBlocks, width: number): Module {
  const wide = 4 * width
  return sequential({ ca_conv_bn4: gated(wide, wide), ca_conv_bn5: gated(wide, wide) })
}

/** Both branches' channels → `[N, 3, H, W]`. */
export function joiningPart(blocks: GatedBlocks, width: number): Module {
  const { gated } = blocks
  const wide = 4 * width
  return sequential({
    conv_bn6: gated(2 * wide, wide),
    conv_bn7: gated(wide, wide),
    ...upToPicture(blocks, width),
  })
}

/** A plain layer and four that see ever further, numbered from 1. */
function farSighted(name: string, { gated }: GatedBlocks, wide: number): Record<string, Module> {
  const layers = [
    gated(wide, wide),
    ...dilations.map((dilation) => gated(wide, wide, { dilation })),
  ]
  return Object.fromEntries(layers.map((layer, index) => [`${name}${index + 1}`, layer]))
}

function upToPicture({ up, rgb }: GatedBlocks, width: number): Record<string, Module> {
  return {
    up_block1: up(4 * width, 2 * width, 2 * width),
    up_block2: up(2 * width, width, width / 2),
    conv_to_rgb: rgb(width / 2),
  }
}
