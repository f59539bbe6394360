import { CASES } from '../cases.ts'
import { multiplyAdds } from '../nets/shapes.ts'
import { FOOTPRINTS } from '../options.ts'
import { PEERS } from '../peers/registry.ts'

/** What `--list` prints: cases with their layers and work, and peers. */
export function renderList(): string {
  const cases = CASES.flatMap(({ name, what, batch, parts }) => {
    const work = parts.map(({ net, count }) => ({
      net,
      count,
      macs: multiplyAdds(net.layers, net.input),
    }))
    const total = work.reduce((sum, { count, macs }) => sum + count * macs, 0)
    const head = `${name.padEnd(18)} ${what} (${giga(total * batch)} G multiply-adds)`
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

function giga(macs: number): string {
  return (macs / 1e9).toFixed(2)
}
