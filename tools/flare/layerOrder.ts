/** The game's own painting order: `layer=DIRECTION,first,…,last`, from `engine/hero_layers.txt`. */
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'
import { DIRECTIONS } from './actions.ts'

/** @returns per direction the slots, the first painted first. @throws SluiceError `format` */
export function parseLayerOrder(text: string, where: string): string[][] {
  const order: string[][] = []
  for (const line of text.split('\n')) {
    if (!line.startsWith('layer=')) continue
    const [direction, ...slots] = line.slice('layer='.length).trim().split(',')
    order[Number(direction)] = slots
  }
  if (order.length !== DIRECTIONS || order.includes(undefined as never)) {
    throw new SluiceError('format', 'the layer order must name every direction once', {
      where,
      expected: `${DIRECTIONS} directions`,
      received: `${order.length}`,
    })
  }
  return order
}
