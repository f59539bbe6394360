/** The game's data, from its Debian package. */
import { join } from 'node:path'
import { openPackage } from '../debian/openPackage.ts'

const MODS = 'usr/share/games/flare/mods'
const LAYER_ORDER = `${MODS}/fantasycore/engine/hero_layers.txt`

export interface FlareData {
  /** Holds the mods `fantasycore` and `empyrean_campaign`. */
  readonly modsFolder: string
  /** `hero_layers.txt` of the game's engine settings. */
  readonly layerOrderFile: string
}

/**
 * @param deb a downloaded package, or undefined to call `apt-get download`
 * @throws SluiceError `missing` when a program or the package cannot be had
 */
export function openFlarePackage(deb: string | undefined, workFolder: string): FlareData {
  const folder = openPackage({ name: 'flare-game', holds: LAYER_ORDER }, deb, workFolder)
  return { modsFolder: join(folder, MODS), layerOrderFile: join(folder, LAYER_ORDER) }
}
