import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The model that comes with the command, above both `src` and `dist`; undefined where none does. */
export function defaultInpainter(): string | undefined {
  const path = fileURLToPath(new URL('../models/inpainter.safetensors', import.meta.url))
  return existsSync(path) ? path : undefined
}
