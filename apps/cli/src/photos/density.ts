/**
 * How large a pixel is, as a JFIF header says it (unit, then across and down in 16 bits, 5 bytes) and as
 * the data of PNG's `pHYs` chunk (across and down in 32 bits, then unit). Without a unit, the two numbers
 * are proportions.
 */
const [JFIF_INCH, JFIF_CENTIMETRE] = [1, 2]
const PNG_METRE = 1
const INCH = 0.0254

/** What a JFIF header says, for PNG; undefined where it says nothing. */
export function physOf(jfif: Uint8Array): Uint8Array | undefined {
  const from = new DataView(jfif.buffer, jfif.byteOffset, jfif.byteLength)
  const unit = from.getUint8(0)
  const [across, down] = [from.getUint16(1), from.getUint16(3)]
  if (across === 0 || down === 0 || unit > JFIF_CENTIMETRE) return undefined
  const perMetre = unit === JFIF_INCH ? 1 / INCH : unit === JFIF_CENTIMETRE ? 100 : 1
  const phys = new Uint8Array(9)
  const to = new DataView(phys.buffer)
  to.setUint32(0, Math.round(across * perMetre))
  to.setUint32(4, Math.round(down * perMetre))
  to.setUint8(8, unit === 0 ? 0 : PNG_METRE)
  return phys
}

/** What a `pHYs` chunk says, for JFIF, in dots per inch; undefined where 16 bits cannot hold it. */
export function jfifOf(phys: Uint8Array): Uint8Array | undefined {
  if (phys.length < 9) return undefined
  const from = new DataView(phys.buffer, phys.byteOffset, phys.byteLength)
  const metre = from.getUint8(8) === PNG_METRE
  const [across, down] = [from.getUint32(0), from.getUint32(4)].map((dots) =>
    Math.round(metre ? dots * INCH : dots),
  ) as [number, number]
  if (Math.min(across, down) < 1 || Math.max(across, down) > 0xffff) return undefined
  const jfif = new Uint8Array(5)
  const to = new DataView(jfif.buffer)
  to.setUint8(0, metre ? JFIF_INCH : 0)
  to.setUint16(1, across)
  to.setUint16(3, down)
  return jfif
}
