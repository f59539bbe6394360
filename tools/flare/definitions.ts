/**
 * The game's mods are layers of one tree: a later mod's file replaces an earlier one's, adds to it
 * (APPEND), or borrows another file and recolours it (INCLUDE).
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'
import { type AnimatedAction, type AnimationFile, parseAnimationFile } from './animationFile.ts'

/** In the order in which the game loads them. */
export const MODS = ['fantasycore', 'empyrean_campaign'] as const

/** One sprite sheet with its actions, INCLUDE and APPEND resolved. */
export interface Definition {
  /** Absolute path of the PNG. */
  readonly sheet: string
  readonly tint: readonly [number, number, number]
  readonly opacity: number
  readonly actions: ReadonlyMap<string, AnimatedAction>
}

export class Definitions {
  private readonly modsFolder: string
  private readonly loaded = new Map<string, Definition>()

  /** @param modsFolder the folder that holds the mods, `usr/share/games/flare/mods` */
  constructor(modsFolder: string) {
    this.modsFolder = modsFolder
  }

  /** @param path inside a mod, such as `animations/enemies/goblin.txt` */
  load(path: string): Definition {
    const known = this.loaded.get(path)
    if (known !== undefined) return known
    const definition = this.read(path)
    this.loaded.set(path, definition)
    return definition
  }

  private read(path: string): Definition {
    const files = this.everyLayer(path)
    const top = files.findLast((file) => !file.append)
    if (top === undefined) {
      throw new SluiceError('missing', 'no such animation in any mod', { where: path })
    }
    const base = top.include === undefined ? undefined : this.load(top.include)
    const sheet = top.image === undefined ? base?.sheet : this.find(top.image)
    if (sheet === undefined) {
      throw new SluiceError('format', 'the animation names no image', { where: path })
    }
    const actions = new Map([...(base?.actions ?? []), ...top.actions])
    for (const file of files.slice(files.indexOf(top) + 1)) {
      for (const [name, action] of file.actions) actions.set(name, action)
    }
    return { sheet, tint: top.tint, opacity: top.opacity, actions }
  }

  private everyLayer(path: string): AnimationFile[] {
    return MODS.map((mod) => join(this.modsFolder, mod, path))
      .filter((file) => existsSync(file))
      .map((file) => parseAnimationFile(readFileSync(file, 'utf8'), path))
  }

  private find(path: string): string {
    const file = MODS.map((mod) => join(this.modsFolder, mod, path)).findLast(existsSync)
    if (file === undefined) throw new SluiceError('missing', 'no such image', { where: path })
    return file
  }
}
