import { createRequire } from 'node:module'
import type Sharp from 'sharp'

/** The image library, as CommonJS: Node takes half as long again to load its some 70 files as modules. */
export const sharp: typeof Sharp = createRequire(import.meta.url)('sharp')
