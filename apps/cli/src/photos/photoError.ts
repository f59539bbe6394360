import { SluiceError } from 'sluice'

/** Gives what the image library throws the name of the file, and says what can be done. */
export function photoError(path: string, cause: unknown, mostPixels: number): SluiceError {
  if (cause instanceof SluiceError) return cause
  const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
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

function fixFor(said: string): string {
  if (/heif|heic|compression format|bitstream/i.test(said)) {
    return 'save it as JPEG or PNG: HEIC needs a decoder that cannot be shipped'
  }
  if (/premature|truncat|end of|corrupt/i.test(said))
    return 'the file is damaged: copy or download it again'
  return 'open it in an image program and save it as JPEG or PNG'
}
