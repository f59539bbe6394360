import type { Metadata } from 'sharp'
import { SluiceError } from 'sluice'

/** What the image library calls them, of which nobody says what is black and what is white. */
const UNREAD: ReadonlyMap<string, string> = new Map([
  ['char', '8 bits with a sign'],
  ['short', '16 bits with a sign'],
  ['int', '32-bit whole numbers'],
  ['uint', '32-bit whole numbers'],
  ['float', '32-bit floating-point numbers'],
])

/** Lab has a scale of its own, whatever its numbers are. */
const LAB: ReadonlySet<string> = new Set(['lab', 'labs', 'labq'])

/**
 * Refuses a photo of measurements rather than samples: converted to 8 bits they would be cut off, mostly to
 * all black or all white.
 * @throws SluiceError `data`
 */
export function checkSamples(path: string, { depth, space }: Metadata): void {
  const unread = LAB.has(space) ? undefined : UNREAD.get(depth)
  if (unread === undefined) return
  throw new SluiceError('data', 'samples of this type are not read', {
    where: path,
    expected: '8 or 16 bits a sample, 0 being black',
    received: unread,
    fix: 'scale it to 8 or 16 bits in an image program and save it again',
  })
}
