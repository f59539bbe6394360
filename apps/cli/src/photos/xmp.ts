/**
 * XMP without its thumbnails (`xmpGImg:image`, base64 of a JPEG), which would go on showing what was taken
 * out of the picture, as that of EXIF would. All other bytes stay.
 */
export function withoutXmpThumbnails(xmp: Uint8Array): Uint8Array {
  // As Latin-1 every byte is a letter of its own, whatever the packet's encoding.
  const text = Buffer.from(xmp.buffer, xmp.byteOffset, xmp.byteLength).toString('latin1')
  if (!text.includes('xmpGImg:image')) return xmp
  const clean = text
    .replace(/(<xmpGImg:image(?:\s[^>]*)?>)[^<]*/g, '$1')
    .replace(/(xmpGImg:image\s*=\s*)("[^"]*"|'[^']*')/g, '$1""')
  return Buffer.from(clean, 'latin1')
}
