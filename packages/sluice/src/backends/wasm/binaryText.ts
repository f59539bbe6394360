/**
 * The bytes of a binary that `tools/build/writeBinaryText.mjs` wrote as text: one character for each,
 * moved up by 42 (as in yEnc, Helbing 2001), which makes WebAssembly's most common bytes printable.
 */
export function readBinaryText(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i) - 42
  return bytes
}
