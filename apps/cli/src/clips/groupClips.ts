import { SluiceError } from 'sluice'
import type { ClipSource } from 'sluice/data'
import { parseClipPath } from './clipPath.ts'
import type { ScannedClips } from './scanClips.ts'

/**
 * Puts clips into groups by their paths, so that no split separates what belongs together.
 *
 * `folder` is the folder around a clip, below its class: clips of one person in folders of the same
 * name are one group, whatever their class. `prefix` is the file's name up to the first `_`, `-`, `.`
 * or space. `/pattern/` is what a regular expression finds in the path: its first parentheses.
 * @throws SluiceError `usage` for another rule, or with one for clips that a list groups already;
 * `data` when a clip is given no group by the rule
 */
export function groupClips(scanned: ScannedClips, rule: string): ScannedClips {
  const grouped = scanned.dataset.items.find(({ group }) => group !== undefined)
  if (grouped !== undefined) {
    throw new SluiceError('usage', 'the list has a column "group" already', {
      received: `--group-by ${rule}`,
      fix: 'leave --group-by out, or the column',
    })
  }
  const groupOf = ruleOf(rule)
  const items = scanned.dataset.items.map((item) => {
    const group = groupOf(item, scanned)
    if (group !== undefined && group !== '') return { ...item, group }
    throw new SluiceError('data', `--group-by ${rule} gives this clip no group`, {
      where: item.path,
      fix: 'use a rule that fits every clip, or a CSV list with a column "group"',
    })
  })
  return { ...scanned, dataset: { ...scanned.dataset, items } }
}

type Rule = (item: ClipSource, scanned: ScannedClips) => string | undefined

function ruleOf(rule: string): Rule {
  if (rule === 'folder') return folderOf
  if (rule === 'prefix') return ({ path }) => /^[^_\-. ]+/.exec(nameOf(path))?.[0]
  const [, source] = /^\/(.+)\/$/.exec(rule) ?? []
  if (source !== undefined) {
    const pattern = patternOf(source)
    return ({ path }) => {
      const found = pattern.exec(path)
      return found?.[1] ?? found?.[0]
    }
  }
  throw new SluiceError('usage', `--group-by does not know "${rule}"`, {
    expected: 'folder, prefix, or a regular expression between slashes such as "/_g(\\d+)_/"',
  })
}

/** The folders between a clip and its class; of a clip directly in its class, none. */
function folderOf(item: ClipSource, { dataset, splits }: ScannedClips): string | undefined {
  const folders = parseClipPath(item.path).file.split('/').slice(0, -1)
  const above = (splits.length > 0 && item.split !== undefined ? 1 : 0) + 1
  const [className = ''] = folders.slice(above - 1, above)
  // In a list, classes have no folders: what is around the clip counts.
  const inClass = className === dataset.classes[item.label]
  return folders.slice(inClass ? above : 0).join('/')
}

function nameOf(path: string): string {
  const { file } = parseClipPath(path)
  return file.slice(file.lastIndexOf('/') + 1)
}

function patternOf(source: string): RegExp {
  try {
    return new RegExp(source, 'u')
  } catch (cause) {
    throw new SluiceError('usage', '--group-by is no regular expression', {
      received: source,
      cause,
    })
  }
}
