import { type GateMap, type GateStatistics, gateStatistics } from 'sluice'
import { type Grid, heatPicture, letThrough, type Scale } from '../pictures/heat.ts'
import { type Pixels, tiled } from '../pictures/pixels.ts'
import { extent, type GateGrids, gateGrids } from './gateGrids.ts'

/** One gated layer, ready to be put on a page or a sheet. */
export interface GatePictures {
  readonly map: GateMap
  readonly statistics: GateStatistics
  /** Opening per frame, on the scale of the gate's activation. */
  readonly heat: Pixels
  /** Ends of that scale. */
  readonly scale: Scale
  /** Opening at the first frame, from the layer's weakest to its strongest place: small differences show. */
  readonly contrast: Pixels
  /** The frames, dark where the layer lets little through; none where there are no places. */
  readonly through?: Pixels
  /** Ends of what was dark and bright in these: the layer's own weakest and strongest mean, whatever its sign. */
  readonly throughScale: Scale
  readonly axes: string
  /** The channels that vary most with their numbers: a row each, or side by side if there is one frame. */
  readonly channels?: { readonly indices: readonly number[]; readonly picture: Pixels }
}

/** Frames beside each other before a new row begins. */
export const ACROSS = 8
/** Channels beside each other where each is one picture. */
const CHANNELS_ACROSS = 4
const GAP = 2
/** Pixels of a frame's side on pages and sheets, and of a full row of frames. */
export const SIDE = 112
export const ROW = ACROSS * (SIDE + GAP) - GAP

/**
 * Draws what a gated layer let through.
 * @param shown the frames of the clip, or the one picture
 */
export function gatePictures(map: GateMap, shown: readonly Pixels[]): GatePictures {
  const statistics = gateStatistics(map)
  const grids = gateGrids(map)
  const side = shown[0]?.width ?? 96
  const down = shown[0]?.height ?? side
  const scale = statistics.range
  // A gate of −1 lets through as much as one of 1.
  const strengths = grids.frames.map((grid) => ({
    ...grid,
    values: Float64Array.from(grid.values, Math.abs),
  }))
  const throughScale = extent(strengths)
  const common = { map, statistics, scale, throughScale, axes: grids.axes }
  if (!grids.spatial) {
    const heat = wide(grids, scale)
    return { ...common, heat, contrast: heat }
  }
  const [first] = strengths
  const contrast = first === undefined ? tiled([], 1) : heatPicture(first, throughScale, side, down)
  const strip = (frames: readonly Grid[]): Pixels =>
    tiled(
      frames.map((grid) => heatPicture(grid, scale, side, down)),
      ACROSS,
      GAP,
    )
  const through = strengths.map((grid, t) => {
    const frame = shown[Math.floor(((t + 0.5) * shown.length) / strengths.length)]
    return frame === undefined ? undefined : letThrough(frame, grid, throughScale)
  })
  const half = (grid: Grid): Pixels =>
    heatPicture(grid, scale, Math.ceil(side / 2), Math.ceil(down / 2))
  return {
    ...common,
    contrast,
    heat: strip(grids.frames),
    through: tiled(
      through.filter((picture) => picture !== undefined),
      ACROSS,
      GAP,
    ),
    ...(grids.channels.length === 0
      ? {}
      : {
          channels: {
            indices: grids.channels.map(({ index }) => index),
            picture: tiled(
              grids.channels.flatMap(({ frames }) => frames.map(half)),
              grids.frames.length === 1 ? CHANNELS_ACROSS : grids.frames.length,
              GAP,
            ),
          },
        }),
  }
}

/** A rectangle of channels by places or frames, as wide as a row of frames. */
function wide({ frames: [grid] }: GateGrids, scale: Scale): Pixels {
  const width = ROW
  if (grid === undefined) return tiled([], 1)
  const height = Math.max(24, Math.min(4 * SIDE, grid.height * 6))
  return heatPicture(grid, scale, width, height)
}
