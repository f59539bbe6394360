/**
 * Draws the pictures of docs/gated-convolution.md into docs/pictures, from what the library computes:
 *
 *     npm run build && npx tsx tools/pictures/main.ts
 *
 * Same pictures every time: the seeds are fixed. `--still` leaves out the one for which a network is
 * trained, which takes a minute or two.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { wasm } from 'sluice/wasm'
import { gateCostBars } from './gateCosts.ts'
import { gateFunctions } from './gateFunctions.ts'
import { holesPicture } from './holes.ts'
import { orders } from './orders.ts'
import { pixelReach } from './reach.ts'

const folder = fileURLToPath(new URL('../../docs/pictures', import.meta.url))
mkdirSync(folder, { recursive: true })
const keep = (name: string, content: string | Buffer) => {
  writeFileSync(`${folder}/${name}`, content)
  console.log(`${name}: ${(content.length / 1024).toFixed(0)} KiB`)
}

keep('gate-functions.svg', await gateFunctions())
keep('gate-orders.svg', orders())
keep('gate-costs.svg', gateCostBars())
keep('pixel-reach.svg', await pixelReach())
if (!process.argv.includes('--still')) {
  const device = await wasm({ threads: 1 })
  keep('hole-gates.png', await holesPicture(device))
  await device.dispose()
}
