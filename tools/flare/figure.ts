/** From a figure (sprite layers in painting order) to the frames of a clip. */
import sharp from 'sharp'
import { present } from '../../packages/sluice/src/foundation/invariant.ts'
import { ACTIONS, type Action } from './actions.ts'
import type { AnimatedAction, Picture } from './animationFile.ts'
import { blankCanvas, fittingScale, flatten, paint, type Sheet } from './canvas.ts'
import { sampleClip } from './clock.ts'
import type { Definition, Definitions } from './definitions.ts'
import type { ClipPlan } from './plan.ts'

/** Reads each sprite sheet once. */
export class Sheets {
  private readonly decoded = new Map<string, Promise<Sheet>>()

  load(path: string): Promise<Sheet> {
    const known = this.decoded.get(path)
    if (known !== undefined) return known
    const loading = decode(path)
    this.decoded.set(path, loading)
    return loading
  }
}

async function decode(path: string): Promise<Sheet> {
  const image = sharp(path).ensureAlpha().raw()
  const { data, info } = await image.toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, rgba: data }
}

/** @returns one RGB array of 3·size² bytes per sample of the clock */
export async function renderClip(
  plan: ClipPlan,
  definitions: Definitions,
  sheets: Sheets,
  size: number,
): Promise<Uint8Array[]> {
  const layers = plan.layers.map((path) => definitions.load(path))
  const drawn = await Promise.all(layers.map((layer) => sheets.load(layer.sheet)))
  const leader = present(layers[0], 'a layer')
  const action = actionOf(leader, plan.action)
  const stance = actionOf(leader, 'stance')
  const scale = fittingScale(layers.flatMap(picturesOf), plan.largestScale)

  return sampleClip(action, stance, plan.timing).map(({ shows, frame }) => {
    const canvas = blankCanvas(scale)
    for (const [index, layer] of layers.entries()) {
      const visible = actionOf(layer, shows === 'stance' ? 'stance' : plan.action)
      const picture = visible.pictures[plan.direction]?.[frame]
      if (picture === undefined) continue
      paint(canvas, present(drawn[index], 'a sheet'), picture, layer.tint, layer.opacity)
    }
    return flatten(canvas, size, plan.background)
  })
}

function actionOf(definition: Definition, action: Action): AnimatedAction {
  return present(definition.actions.get(action), `action ${action} of ${definition.sheet}`)
}

/** Only the eight classes count: a boss's other tricks may be larger. */
function picturesOf(definition: Definition): Picture[] {
  return ACTIONS.flatMap((action) => definition.actions.get(action)?.pictures.flat() ?? []).filter(
    (picture) => picture !== undefined,
  )
}
