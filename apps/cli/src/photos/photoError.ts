import { SluiceError } from 'sluice'

/** Gives what the image library throws the name of the file, and says what can be done. */
export function photoError(path: string, cause: unknown, mostPixels: number): SluiceError {
  if (cause instanceof SluiceError) return cause
  if (isSystemError(cause)) {
    return new SluiceError('missing', `cannot be read (${cause.code})`, {
      where: path,
      ...(/^(EACCES|EPERM)$/.test(cause.code) ? { fix: 'allow reading it (its permissions)' } : {}),
      cause,
    })
  }
  const said = saidBy(cause)
  if (/pixel limit/i.test(said)) {
    return new SluiceError('limit', 'too many pixels', {
      where: path,
      expected: `up to ${Math.floor(mostPixels / 1e6)} million`,
      fix: 'scale it down or cut it into parts first',
      cause,
    })
  }
  return new SluiceError('data', 'cannot be read as a photo', {
    where: path,
    expected: 'a whole JPEG, PNG, WebP, TIFF, GIF or AVIF file',
    received: said,
    fix: fixFor(said),
    cause,
  })
}

/** What went wrong while a photo was being written; the library's own words are the reason. */
export function writingError(path: string, format: string, cause: unknown): SluiceError {
  if (cause instanceof SluiceError) return cause
  return new SluiceError('data', `cannot be written as ${format}`, {
    where: path,
    received: saidBy(cause),
    fix: 'name an output that ends in .png',
    cause,
  })
}

/** What the operating system says has nothing to do with what the file holds. */
function isSystemError(cause: unknown): cause is Error & { readonly code: string } {
  return cause instanceof Error && 'syscall' in cause && 'code' in cause
}

/** The first words of what the image library says: it goes on for lines. */
function saidBy(cause: unknown): string {
  const lines = (cause instanceof Error ? cause.message : String(cause)).split('\n')
  return lines
    .filter((line) => line.trim() !== '')
    .slice(0, 2)
    .join(' ')
}

function fixFor(said: string): string {
  if (/heif|heic|compression format|bitstream/i.test(said)) {
    return 'save it as JPEG or PNG: HEIC needs a decoder that cannot be shipped'
  }
  if (/premature|truncat|end of|corrupt/i.test(said))
    return 'the file is damaged: copy or download it again'
  return 'open it in an image program and save it as JPEG or PNG'
}
