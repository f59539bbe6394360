import type { Random } from '../../../packages/sluice/src/foundation/random.ts'
import { hostileNumberText } from './hostileNumbers.ts'
import { mutateBytes } from './mutateBytes.ts'

const pieces = [
  ',',
  ',,',
  '"',
  '""',
  '\n',
  '\r',
  '\r\n',
  '\0',
  ' ',
  '\t',
  ';',
  '\uFEFF',
  '\u2028',
  'é',
  '😀',
  'path',
  'label',
  'split',
  'train',
  'a.mp4',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  '-1',
  '1e9',
  'Infinity',
]

/** Changes what a person, a spreadsheet or a script may get wrong in a text of lines; or its bytes. */
export function mutateLines(source: Uint8Array, random: Random): Uint8Array {
  if (random.integer(4) === 0) return mutateBytes(source, random)
  let text = new TextDecoder().decode(source)
  const changes = 1 + random.integer(6)
  for (let change = 0; change < changes; change++) {
    const at = random.integer(text.length + 1)
    const end = Math.min(text.length, at + random.integer(12))
    const piece = pieces[random.integer(pieces.length)] ?? ''
    switch (random.integer(5)) {
      case 0:
        text = text.slice(0, at) + text.slice(end)
        break
      case 1:
        text = text.slice(0, at) + hostileNumberText(random) + text.slice(at)
        break
      case 2:
        text = text.slice(0, at) + piece.repeat(many(random)) + text.slice(at)
        break
      case 3:
        text = text.slice(0, end) + text.slice(at)
        break
      default:
        text = text.slice(0, at) + piece + text.slice(end)
    }
  }
  return new TextEncoder().encode(text)
}

/** Mostly a few, at times more than any limit on cells, columns or lines allows. */
function many(random: Random): number {
  return random.integer(20) === 0 ? 80_000 : 1 + random.integer(40)
}
