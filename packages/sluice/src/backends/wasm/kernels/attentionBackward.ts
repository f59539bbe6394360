// The gradient of contextual attention: what the panels' slopes give queries, keys and what is pasted. A
// chunk is one sample.
import * as at from '../abi/attentionArguments'
import { cellBlocks, cellColumns, cellsAt, gridPixel, packCells, paddedColumns } from './attentionGrid'
import {
  ATTENTION,
  openPanels,
  ownPanel,
  paddedCells,
  panelOf,
  panelRowBytes,
  PRODUCT_SLOPES,
  sumDown,
  zerosOf,
} from './attentionPanels'
import { pointer, word } from './record'
import { packed4x8, tile4x8 } from './tiles'

/** The caller's panels: sums down, slopes of pixels' products, and what tiles read and write. */
const DOWN = 0
const PIXELS = 1
const WORK = 2
const OWN_PANELS = 3

/** Channels up to a multiple of eight. */
// @ts-ignore: decorator
@inline
function paddedChannels(args: usize): i32 {
  return (word(args, at.CHANNELS) + 7) & ~7
}

/** Arguments: the shared ones and the gradient's own, once for each sample. */
export function attentionBackward(all: usize, sample: i32, scratch: usize): void {
  const args = all + (<usize>(sample * at.BACKWARD_ARGUMENTS) << 2)
  const rows = word(args, at.ROWS)
  openPanels(args, scratch, OWN_PANELS)
  packByChannel(args)
  packCells(args, pointer(args, at.GRADIENT), pointer(args, at.GRADIENT_CELLS))
  packGradientFours(args)
  packCells8(args)
  clear(args)
  for (let row = 0; row <= rows; row++) {
    pasteSlopes(args, scratch, row)
    if (row == rows) break
    pixelSlopes(args, scratch, row)
    queryGradient(args, scratch, row)
    keySums(args, scratch, row)
  }
  backgroundGradient(args)
}

function clear(args: usize): void {
  const keys = word(args, at.ROWS) * paddedColumns(args)
  const floats = word(args, at.HEIGHT) * word(args, at.WIDTH) * word(args, at.CHANNELS)
  memory.fill(pointer(args, at.FOREGROUND_GRADIENT), 0, <usize>floats << 2)
  memory.fill(pointer(args, at.KEY_SUMS), 0, <usize>(keys * paddedChannels(args)) << 2)
  memory.fill(pointer(args, at.NORM_SUMS), 0, <usize>keys << 2)
  const cells = paddedCells(args) * cellBlocks(args)
  memory.fill(pointer(args, at.CELL_SUMS), 0, <usize>cells << 5)
}

/** One channel of a pixel of the grid; 0 outside. */
function gridValue(args: usize, features: usize, row: i32, column: i32, channel: i32): f32 {
  if (channel >= word(args, at.CHANNELS)) return 0
  const pixel = gridPixel(args, features, row, column)
  return pixel == 0 ? 0 : load<f32>(pixel + (<usize>channel << 2))
}

/** Eights of channels: keys of all rows, queries row by row. */
function packByChannel(args: usize): void {
  const rows = word(args, at.ROWS)
  const columns = word(args, at.COLUMNS)
  const padded = paddedColumns(args)
  let keys = pointer(args, at.KEYS_BY_CHANNEL)
  for (let first = 0; first < paddedChannels(args); first += 8) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < padded; column++) {
        for (let lane = 0; lane < 8; lane++) {
          const background = pointer(args, at.BACKGROUND)
          store<f32>(keys, gridValue(args, background, row, column, first + lane))
          keys += 4
        }
      }
    }
  }
  let queries = pointer(args, at.QUERIES_BY_CHANNEL)
  for (let row = 0; row < rows; row++) {
    for (let first = 0; first < paddedChannels(args); first += 8) {
      for (let column = 0; column < columns; column++) {
        for (let lane = 0; lane < 8; lane++) {
          const foreground = pointer(args, at.FOREGROUND)
          store<f32>(queries, gridValue(args, foreground, row, column, first + lane))
          queries += 4
        }
      }
    }
  }
}

/** Where a channel of a cell's four pixels stands in packed cells. */
// @ts-ignore: decorator
@inline
function cellValue(args: usize, cells: usize, row: i32, column: i32, channel: i32): f32 {
  const line = cellsAt(args, cells, channel >> 3, row)
  return load<f32>(line + (<usize>(column * 8 + (channel & 7)) << 2))
}

/** Four columns of the gradient's cells side by side. */
function packGradientFours(args: usize): void {
  const width = cellColumns(args)
  const floats = cellBlocks(args) << 3
  const cells = pointer(args, at.GRADIENT_CELLS)
  let target = pointer(args, at.GRADIENT_FOURS)
  for (let row = 0; row <= word(args, at.ROWS); row++) {
    for (let first = 0; first < width; first += 4) {
      for (let channel = 0; channel < floats; channel++) {
        for (let lane = 0; lane < 4; lane++) {
          const inside = first + lane < width
          store<f32>(target, inside ? cellValue(args, cells, row, first + lane, channel) : 0)
          target += 4
        }
      }
    }
  }
}

/** Eight of the background's cells side by side, counted through all rows. */
function packCells8(args: usize): void {
  const width = cellColumns(args)
  const count = (word(args, at.ROWS) + 1) * width
  const floats = cellBlocks(args) << 3
  const cells = pointer(args, at.CELLS)
  let target = pointer(args, at.CELLS_8)
  for (let first = 0; first < count; first += 8) {
    for (let channel = 0; channel < floats; channel++) {
      for (let lane = 0; lane < 8; lane++) {
        const cell = first + lane
        const inside = cell < count
        const value = inside ? cellValue(args, cells, cell / width, cell % width, channel) : <f32>0
        store<f32>(target, value)
        target += 4
      }
    }
  }
}

/** Adds four rows of eight sums to as many rows of a table. */
function addTile(sums: usize, target: usize, step: usize, count: i32): void {
  for (let row = 0; row < count; row++) {
    v128.store(target, f32x4.add(v128.load(target), v128.load(sums)))
    v128.store(target, f32x4.add(v128.load(target, 16), v128.load(sums, 16)), 16)
    sums += 32
    target += step
  }
}

/** What was pasted: attention between cells, turned, times one row of the gradient's cells. */
function pasteSlopes(args: usize, scratch: usize, row: i32): void {
  const rows = word(args, at.ROWS)
  const width = cellColumns(args)
  const cells = paddedCells(args)
  const blocks = cellBlocks(args)
  const between = ownPanel(args, scratch, PIXELS)
  memory.fill(between, 0, <usize>(cells * width) << 2)
  if (row > 0) addBetween(args, panelOf(args, scratch, ATTENTION, row - 1), between, 1)
  if (row < rows) addBetween(args, panelOf(args, scratch, ATTENTION, row), between, 0)
  const turned = ownPanel(args, scratch, WORK)
  const sums = turned + (<usize>width << 4)
  for (let cell = 0; cell < cells; cell += 4) {
    for (let column = 0; column < width; column++) {
      const from = between + (<usize>(column * cells + cell) << 2)
      v128.store(turned + (<usize>column << 4), v128.load(from))
    }
    const target = pointer(args, at.CELL_SUMS) + (<usize>(cell * blocks) << 5)
    for (let block = 0; block < blocks; block++) {
      const weights = cellsAt(args, pointer(args, at.GRADIENT_CELLS), block, row)
      packed4x8(weights, scratch, 1, width, turned, sums, 32)
      addTile(sums, target + (<usize>block << 5), <usize>blocks << 5, 4)
    }
  }
}

/** Adds attention of one row of queries to that between cells, `down` rows of cells further. */
function addBetween(args: usize, attention: usize, between: usize, down: i32): void {
  const columns = word(args, at.COLUMNS)
  const width = cellColumns(args)
  const cellRow = <usize>paddedCells(args) << 2
  const step = <usize>paddedColumns(args) << 2
  for (let query = 0; query < columns; query++) {
    const line = attention + <usize>query * panelRowBytes(args)
    for (let keyRow = 0; keyRow < word(args, at.ROWS); keyRow++) {
      let from = line + <usize>keyRow * step
      let to = between + <usize>query * cellRow + (<usize>((keyRow + down) * width) << 2)
      for (let column = 0; column < columns; column++) {
        const value = load<f32>(from)
        store<f32>(to, load<f32>(to) + value)
        store<f32>(to + cellRow, load<f32>(to + cellRow, 4) + value, 4)
        from += 4
        to += 4
      }
    }
  }
}

/** Slopes of inner products of pixels, for one row of queries: those of all patches they stand in. */
function pixelSlopes(args: usize, scratch: usize, row: i32): void {
  const rows = word(args, at.ROWS)
  const columns = word(args, at.COLUMNS)
  const padded = paddedColumns(args)
  const length = panelRowBytes(args)
  const down = ownPanel(args, scratch, DOWN)
  const target = ownPanel(args, scratch, PIXELS)
  const above = row > 0 ? panelOf(args, scratch, PRODUCT_SLOPES, row - 1) : 0
  const own = panelOf(args, scratch, PRODUCT_SLOPES, row)
  const below = row + 1 < rows ? panelOf(args, scratch, PRODUCT_SLOPES, row + 1) : 0
  sumDown(args, above, own, below, down)
  for (let query = 0; query < columns; query++) {
    const line = down + <usize>query * length
    const before = query == 0 ? zerosOf(args, scratch) : line - length
    const behind = query + 1 == columns ? zerosOf(args, scratch) : line + length
    const to = target + <usize>query * length
    for (let keyRow = 0; keyRow < rows; keyRow++) {
      for (let column = 0; column < padded; column++) {
        const place = <usize>(keyRow * padded + column) << 2
        let sum = load<f32>(line + place)
        if (column > 0) sum += load<f32>(before + place - 4)
        if (column + 1 < columns) sum += load<f32>(behind + place + 4)
        store<f32>(to + place, column < columns ? sum : 0)
      }
    }
  }
}

/** Gradient of one row of queries: slopes times keys. */
function queryGradient(args: usize, scratch: usize, row: i32): void {
  const columns = word(args, at.COLUMNS)
  const channels = word(args, at.CHANNELS)
  const keys = word(args, at.ROWS) * paddedColumns(args)
  const length = panelRowBytes(args)
  const slopes = ownPanel(args, scratch, PIXELS)
  const zeros = zerosOf(args, scratch)
  const sums = ownPanel(args, scratch, WORK)
  for (let first = 0; first < channels; first += 8) {
    const weights = pointer(args, at.KEYS_BY_CHANNEL) + (<usize>(first * keys) << 2)
    for (let query = 0; query < columns; query += 4) {
      const row0 = slopes + <usize>query * length
      const row1 = query + 1 < columns ? row0 + length : zeros
      const row2 = query + 2 < columns ? row0 + 2 * length : zeros
      const row3 = query + 3 < columns ? row0 + 3 * length : zeros
      tile4x8(weights, scratch, 1, keys, row0, row1, row2, row3, sums)
      for (let lane = 0; lane < min(4, columns - query); lane++) {
        const gradient = pointer(args, at.FOREGROUND_GRADIENT)
        const pixel = gridPixel(args, gradient, row, query + lane)
        for (let channel = first; channel < min(channels, first + 8); channel++) {
          const sum = load<f32>(sums + (<usize>(lane * 8 + channel - first) << 2))
          store<f32>(pixel + (<usize>channel << 2), sum)
        }
      }
    }
  }
}

/** Adds to the keys' gradient: slopes, turned, times one row of queries. */
function keySums(args: usize, scratch: usize, row: i32): void {
  const columns = word(args, at.COLUMNS)
  const channels = paddedChannels(args)
  const keys = word(args, at.ROWS) * paddedColumns(args)
  const slopes = ownPanel(args, scratch, PIXELS)
  const turned = ownPanel(args, scratch, WORK)
  const sums = turned + (<usize>columns << 4)
  const queries =
    pointer(args, at.QUERIES_BY_CHANNEL) + (<usize>(row * channels * columns) << 2)
  for (let key = 0; key < keys; key += 4) {
    for (let query = 0; query < columns; query++) {
      const from = slopes + <usize>query * panelRowBytes(args) + (<usize>key << 2)
      v128.store(turned + (<usize>query << 4), v128.load(from))
    }
    const target = pointer(args, at.KEY_SUMS) + (<usize>(key * channels) << 2)
    for (let first = 0; first < channels; first += 8) {
      const weights = queries + (<usize>(first * columns) << 2)
      packed4x8(weights, scratch, 1, columns, turned, sums, 32)
      addTile(sums, target + (<usize>first << 2), <usize>channels << 2, 4)
    }
  }
}

/** How much a key's norm pulls at its patch; 0 for a norm that stands at its floor. */
function pullOf(args: usize, row: i32, column: i32): f32 {
  if (row < 0 || row >= word(args, at.ROWS)) return 0
  if (column < 0 || column >= word(args, at.COLUMNS)) return 0
  const place = <usize>(row * paddedColumns(args) + column) << 2
  const inverse = load<f32>(pointer(args, at.INVERSE_NORMS) + place)
  if (word(args, at.ADDED_NORM) == 0 && !(inverse < 10000)) return 0
  return load<f32>(pointer(args, at.NORM_SUMS) + place) * inverse * inverse
}

/** Writes the background's gradient: every pixel as pasted, those of the grid as keys as well. */
function backgroundGradient(args: usize): void {
  const width = word(args, at.WIDTH)
  const channels = word(args, at.CHANNELS)
  const padded = paddedChannels(args)
  let target = pointer(args, at.BACKGROUND_GRADIENT)
  for (let y = 0; y < word(args, at.HEIGHT); y++) {
    for (let x = 0; x < width; x++) {
      const cell = ((y + 1) >> 1) * cellColumns(args) + ((x + 1) >> 1)
      const pixel = 2 * ((y + 1) & 1) + ((x + 1) & 1)
      const floats = cell * 4 * padded + pixel * padded
      const source = pointer(args, at.CELL_SUMS) + (<usize>floats << 2)
      for (let channel = 0; channel < channels; channel++) {
        store<f32>(target, 0.25 * load<f32>(source + (<usize>channel << 2)))
        target += 4
      }
    }
  }
  for (let row = 0; row < word(args, at.ROWS); row++) {
    for (let column = 0; column < word(args, at.COLUMNS); column++) addKey(args, row, column)
  }
}

function addKey(args: usize, row: i32, column: i32): void {
  let pull: f32 = 0
  for (let y = row - 1; y <= row + 1; y++) {
    for (let x = column - 1; x <= column + 1; x++) pull += pullOf(args, y, x)
  }
  const key = gridPixel(args, pointer(args, at.BACKGROUND), row, column)
  const target = gridPixel(args, pointer(args, at.BACKGROUND_GRADIENT), row, column)
  const floats = (row * paddedColumns(args) + column) * paddedChannels(args)
  const sums = pointer(args, at.KEY_SUMS) + (<usize>floats << 2)
  for (let channel = 0; channel < word(args, at.CHANNELS); channel++) {
    const here = <usize>channel << 2
    const slope = load<f32>(sums + here) - pull * load<f32>(key + here)
    store<f32>(target + here, load<f32>(target + here) + slope)
  }
}
