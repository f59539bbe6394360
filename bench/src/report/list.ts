import { CASES } from '../cases.ts'
import type { Net } from '../nets/net.ts'
import { multiplyAdds, shapeAfter } from '../nets/shapes.ts'
import { FOOTPRINTS } from '../options.ts'
import { PEERS } from '../peers/registry.ts'

/** What `--list` prints: cases with their layers and work, and peers. */
export function renderList(): string {
  const cases = CASES.flatMap(({ name, what, batch, parts }) => {
    const work = parts.map(({ net, count }) => ({ net, count, macs: workOf(net) }))
    const total = work.reduce((sum, { count, macs }) => sum + count * macs, 0)
    const head = `${name.padEnd(12)} ${what} (${giga(total * batch)} G multiply-adds)`
    if (work.length === 1) return [head]
    return [
      head,
      ...work.map(
        ({ net, count, macs }) => `  ${`${count}×`.padStart(4)} ${net.name} (${giga(macs)} G)`,
      ),
    ]
  })
  const peers = PEERS.map(({ name, what, trains, inFigures }) => {
    const kinds = trains ? 'forward, training' : 'forward'
    return `${name.padEnd(24)} ${what} (${kinds}${inFigures ? '' : '; not in --figures'})`
  })
  return [
    ...['Cases', ...cases, ''],
    ...['Beside speed', FOOTPRINTS.join(', '), ''],
    ...['Peers', ...peers],
  ].join('\n')
}

/** Multiply-adds of one example. */
function workOf(net: Net): number {
  let shape = net.input
  let sum = 0
  for (const layer of net.layers) {
    sum += multiplyAdds(layer, shape)
    shape = shapeAfter(layer, shape)
  }
  return sum
}

function giga(macs: number): string {
  return (macs / 1e9).toFixed(2)
}
