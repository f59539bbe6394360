import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { itemsOf } from 'sluice/data'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groupClips } from './groupClips.ts'
import { loadFrames } from './loadFrames.ts'
import { frameOf, levelOf, temporaryFolder, writeAnimation } from './media.test.support.ts'
import { scanClips } from './scanClips.ts'

const folder = temporaryFolder()
const at = (name: string): string => join(folder.path, name)
const list = (text: string): string => {
  writeFileSync(at('clips.csv'), text)
  return at('clips.csv')
}

beforeAll(async () => {
  for (const name of ['a', 'b', 'wave/anna', 'wave/ben', 'jump/anna'])
    mkdirSync(at(name), { recursive: true })
  await writeAnimation(at('a/anna_1.gif'), [100, 100, 100, 100])
  await writeAnimation(at('b/ben-2.gif'), [100, 100])
  for (const name of ['wave/anna/1', 'wave/ben/1', 'jump/anna/1'])
    await writeAnimation(at(`${name}.gif`), [100])
  for (let i = 0; i < 3; i++) {
    const background = { r: levelOf(i), g: levelOf(i), b: levelOf(i) }
    await sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .png()
      .toFile(at(`b/${i}.png`))
  }
  writeFileSync(at('frames.txt'), 'b/2.png\nb/0.png\n')
  writeFileSync(at('b/notes.doc'), 'text')
})
afterAll(folder.remove)

describe('a list of clips', () => {
  it('names clips, parts of clips and lists of images beside it', async () => {
    const scanned = await scanClips(
      list(
        'path,label,start,end,group\na/anna_1.gif,wave,0.1,0.3,anna\nb/ben-2.gif,jump,,,\nframes.txt,jump,,,ben\n',
      ),
    )
    expect(scanned).toMatchObject({ root: folder.path, splits: [], skipped: [] })
    expect(scanned.dataset).toEqual({
      classes: ['jump', 'wave'],
      items: [
        { path: 'a/anna_1.gif#t=0.1,0.3', label: 1, group: 'anna' },
        { path: 'b/ben-2.gif', label: 0 },
        { path: 'frames.txt', label: 0, group: 'ben' },
      ],
    })
    const part = await loadFrames(at('a/anna_1.gif#t=0.1,0.3'), { side: 16 })
    expect(part.count).toBe(2)
    expect(frameOf(part.data[0] ?? 0)).toBe(1)
    expect([...part.times, part.duration].map((time) => time.toFixed(3))).toEqual([
      '0.000',
      '0.100',
      '0.200',
    ])
    const listed = await loadFrames(at('frames.txt'), { side: 16 })
    expect([frameOf(listed.data[0] ?? 0), frameOf(listed.data.at(-1) ?? 0)]).toEqual([2, 0])
  })

  it('passes over what is not there or no clip, and says so', async () => {
    const { dataset, skipped, notes } = await scanClips(
      list(
        'path,label,who\na/anna_1.gif,x,1\ngone.mp4,x,1\nb/notes.doc,y,1\nb/0.png,y,2\na/anna_1.gif,x,3\n',
      ),
    )
    expect(dataset.items.map(({ path }) => path)).toEqual(['a/anna_1.gif'])
    expect(skipped.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      'gone.mp4: no such file (line 3)',
      expect.stringMatching(/^b\/notes\.doc: not a kind of clip.*line 4/),
      expect.stringMatching(/^b\/0\.png: not a kind of clip.*line 5/),
      'a/anna_1.gif: named twice, in lines 2 and 6',
    ])
    expect(notes.join()).toMatch(/not used: who/)
  })

  it('refuses one clip with two labels, and a list of nothing that is there', async () => {
    const twice = list('path,label\na/anna_1.gif,x\na/anna_1.gif,y\n')
    await expect(scanClips(twice)).rejects.toThrow(/line 3, column "label"[\s\S]*line 2/)
    await expect(scanClips(list('path,label\ngone.gif,x\n'))).rejects.toThrow(
      /no clips[\s\S]*gone\.gif/,
    )
    await expect(scanClips(at('none.csv'))).rejects.toThrow(/no such file/)
  })

  it('may say which split a clip is of', async () => {
    const scanned = await scanClips(
      list('path,label,split\na/anna_1.gif,x,train\nb/ben-2.gif,x,test\n'),
    )
    expect(scanned.splits).toEqual(['train', 'test'])
    expect(itemsOf(scanned.dataset, 'test').items).toHaveLength(1)
  })

  it('fails with the time when a part lies beyond the clip', async () => {
    const beyond = loadFrames(at('b/ben-2.gif#t=5,6'), { side: 16 })
    await expect(beyond).rejects.toThrow(/begins after the end[\s\S]*before 0\.2 s[\s\S]*5 s/)
  })
})

describe('groups by paths', () => {
  const groups = async (rule: string) => {
    const scanned = await scanClips(
      list('path,label\na/anna_1.gif,x\nb/ben-2.gif,y\nframes.txt,y\n'),
    )
    return groupClips(scanned, rule).dataset.items.map(({ group }) => group)
  }

  it('follow the rule', async () => {
    expect(await groups('prefix')).toEqual(['anna', 'ben', 'frames'])
    expect(await groups('/[a-z]{2}/')).toEqual(['an', 'be', 'fr'])
    expect(await groups('/([a-z])[a-z]*[-_.]/')).toEqual(['a', 'b', 'f'])
  })

  it('take the folder below the class, so that a person is one group in every class', async () => {
    const scanned = await scanClips(folder.path)
    const items = scanned.dataset.items.filter(({ path }) => /^(wave|jump)/.test(path))
    const grouped = groupClips({ ...scanned, dataset: { ...scanned.dataset, items } }, 'folder')
    expect(grouped.dataset.items.map(({ path, group }) => `${path} ${group}`)).toEqual([
      'jump/anna/1.gif anna',
      'wave/anna/1.gif anna',
      'wave/ben/1.gif ben',
    ])
  })

  it('say which clip a rule does not fit, and which rules there are', async () => {
    await expect(groups('/x(\\d)/')).rejects.toThrow(/a\/anna_1\.gif: --group-by/)
    await expect(groups('folder')).rejects.toThrow(/frames\.txt/)
    await expect(groups('person')).rejects.toThrow(/folder, prefix/)
    await expect(groups('/(/')).rejects.toThrow(/no regular expression/)
    const listed = await scanClips(list('path,label,group\na/anna_1.gif,x,g\n'))
    expect(() => groupClips(listed, 'prefix')).toThrow(/has a column "group" already/)
  })
})
