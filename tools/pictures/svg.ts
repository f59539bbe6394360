/** Words of a picture as SVG: small, sharp at any size, and readable in light and dark pages. */

/** Colours that can be told apart by everyone (Okabe and Ito), on white. */
export const colours = {
  ink: '#24292f',
  faint: '#d0d7de',
  pale: '#f6f8fa',
  feature: '#0072b2',
  gate: '#d55e00',
  product: '#009e73',
  other: '#8250df',
} as const

type Attributes = Readonly<Record<string, string | number>>

export function element(name: string, attributes: Attributes, inside = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${short(value)}"`)
  return inside === ''
    ? `<${name}${written.join('')}/>`
    : `<${name}${written.join('')}>${inside}</${name}>`
}

export function label(x: number, y: number, words: string, more: Attributes = {}): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return element('text', { x, y, fill: colours.ink, 'text-anchor': 'middle', ...more }, escaped)
}

export function line(points: readonly (readonly [number, number])[], more: Attributes): string {
  const path = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`).join('')
  return element('path', { d: path, fill: 'none', 'stroke-linejoin': 'round', ...more })
}

export function rectangle(x: number, y: number, width: number, height: number, more: Attributes) {
  return element('rect', { x, y, width, height, ...more })
}

/** An arrow to the right or down, from one point to the other. */
export function arrow(from: readonly [number, number], to: readonly [number, number]): string {
  return line([from, to], { stroke: colours.ink, 'stroke-width': 1.4, 'marker-end': 'url(#tip)' })
}

/** A whole picture on white, with a title for those who cannot see it. */
export function picture(
  width: number,
  height: number,
  title: string,
  parts: readonly string[],
): string {
  const tip = element(
    'marker',
    {
      id: 'tip',
      viewBox: '0 0 8 8',
      refX: 7,
      refY: 4,
      markerWidth: 7,
      markerHeight: 7,
      orient: 'auto',
    },
    element('path', { d: 'M0 0L8 4L0 8z', fill: colours.ink }),
  )
  const font = 'ui-sans-serif, system-ui, Helvetica, Arial, sans-serif'
  return `${element(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height },
      ...{ 'font-family': font, 'font-size': 13, role: 'img' },
    },
    [
      element('title', {}, title),
      element('defs', {}, tip),
      rectangle(0, 0, width, height, { fill: '#ffffff', rx: 8 }),
      ...parts,
    ].join('\n'),
  )}\n`
}

function short(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : value
}
