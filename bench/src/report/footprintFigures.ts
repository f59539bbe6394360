import type { Figure } from './figures.ts'
import type { Footprint } from './footprintRecord.ts'

const START_MS = 250
const PHOTO_MS = 2000
const PAGE_KB = 90
const ARENA = 1.15
/** What processes did whose memory was looked at. */
const WORDS: Readonly<Record<string, string>> = {
  train8: 'training step',
  deepFillV2at256: 'DeepFill v2, 256²',
  deepFillV2at512: 'DeepFill v2, 512²',
}

/** What is reported besides speed, with its bars. */
export function footprintFigures({ memory, arena, start, photo, page }: Footprint): Figure[] {
  const figures: Figure[] = []
  for (const { case: name, peer, node, threads, peakBytes } of memory ?? []) {
    const torch = memory?.find((each) => each.case === name && each.peer === 'pytorch')
    if (peer !== 'sluice' || torch === undefined) continue
    figures.push({
      figure: `peak memory, ${WORDS[name ?? 'train8'] ?? name} (${mebibytes(peakBytes)} of ${mebibytes(torch.peakBytes)} MiB)`,
      where: whereOf(node, threads),
      value: Number((peakBytes / torch.peakBytes).toFixed(3)),
      unit: 'ratio',
      against: 'pytorch',
      must: 1,
    })
  }
  for (const { program, arenaBytes, lowerBoundBytes } of arena ?? []) {
    figures.push({
      figure: 'arena ÷ bytes alive at once',
      where: `planned, ${program}`,
      value: Number((arenaBytes / lowerBoundBytes).toFixed(4)),
      unit: 'ratio',
      must: ARENA,
    })
  }
  for (const { node, threads, ms } of start ?? []) {
    figures.push({
      figure: 'from import to first result',
      where: whereOf(node, threads),
      value: Number(ms.median.toFixed(1)),
      unit: 'ms',
      spread: ms,
      must: START_MS,
    })
  }
  for (const { model, node, threads, ms, peakBytes } of photo ?? []) {
    figures.push({
      figure: `12 MP JPEG, hole of 300 px, file to file, ${model} (peak ${mebibytes(peakBytes)} MiB)`,
      where: whereOf(node, threads),
      value: Number(ms.median.toFixed(0)),
      unit: 'ms',
      spread: ms,
      must: PHOTO_MS,
    })
  }
  for (const { page: what, trains, gzipBytes } of page ?? []) {
    figures.push({
      figure: `gzip, page: ${what}`,
      where: 'bundled, minified',
      value: Number((gzipBytes / 1000).toFixed(1)),
      unit: 'KB',
      ...(trains ? {} : { must: PAGE_KB }),
    })
  }
  return figures
}

function whereOf(node: string, threads: number): string {
  return `Node ${node.split('.')[0]}, ${threads} thread${threads === 1 ? '' : 's'}`
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0)
}
