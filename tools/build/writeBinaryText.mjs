const SHIFT = 42

/**
 * What stands between the quotes of a string that holds bytes, for `readBinaryText`. Base64 moves
 * bytes across the borders of characters, so that gzip finds little that repeats: this is as long, and
 * a quarter shorter on its way to a page. It is all of ASCII, whatever a page says its characters are.
 * @param {Uint8Array} bytes
 */
export function writeBinaryText(bytes) {
  return Array.from(bytes, (byte) => literal((byte + SHIFT) & 255)).join('')
}

function literal(code) {
  if (code === 0x27 || code === 0x5c) return `\\${String.fromCharCode(code)}`
  if (code >= 0x20 && code < 0x7f) return String.fromCharCode(code)
  return `\\x${code.toString(16).padStart(2, '0')}`
}
