import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { itemsOf } from 'sluice/data'
import { afterAll, describe, expect, it } from 'vitest'
import { temporaryFolder, writeAnimation } from './media.test.support.ts'
import { requireTrainable, scanClips } from './scanClips.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
let made = 0

/** A folder with these files, each with something in it unless it ends in a slash or a question mark. */
function tree(...paths: string[]): string {
  const root = join(folder.path, String(made++))
  mkdirSync(root)
  for (const path of paths) {
    const name = path.replace('?', '')
    mkdirSync(join(root, path.endsWith('/') ? path : dirname(name)), { recursive: true })
    if (!path.endsWith('/')) writeFileSync(join(root, name), path.endsWith('?') ? '' : 'content')
  }
  return root
}

describe('scanClips', () => {
  it('takes one folder per class, in an order that people expect, at any depth', async () => {
    const root = tree(
      'jump/2.mp4',
      'jump/10.MP4',
      'jump/monday/1.webm',
      'wave/a.gif',
      'wave/b.webp',
    )
    const { dataset, splits, skipped } = await scanClips(root)
    expect(dataset.classes).toEqual(['jump', 'wave'])
    expect(dataset.items).toEqual([
      { path: 'jump/2.mp4', label: 0 },
      { path: 'jump/10.MP4', label: 0 },
      { path: 'jump/monday/1.webm', label: 0 },
      { path: 'wave/a.gif', label: 1 },
      { path: 'wave/b.webp', label: 1 },
    ])
    expect(splits).toEqual([])
    expect(skipped).toEqual([])
  })

  it('takes splits above the classes, whatever they are called', async () => {
    const root = tree('train/a/1.mp4', 'train/b/1.mp4', 'val/a/2.mp4', 'Test/b/3.mp4')
    const { dataset, splits } = await scanClips(root)
    expect(dataset.classes).toEqual(['a', 'b'])
    expect([...splits].sort()).toEqual(['test', 'train', 'valid'])
    expect(itemsOf(dataset, 'valid').items.map((item) => item.path)).toEqual(['val/a/2.mp4'])
    expect(itemsOf(dataset, 'test').items.map((item) => item.label)).toEqual([1])
  })

  it('takes a class called train for a class when others stand beside it', async () => {
    const { dataset, splits } = await scanClips(tree('train/1.mp4', 'plane/1.mp4'))
    expect(dataset.classes).toEqual(['plane', 'train'])
    expect(splits).toEqual([])
  })

  it('takes a folder of numbered images for one clip', async () => {
    const root = tree('a/clip1/0001.png', 'a/clip1/0002.png', 'a/clip1/info.json', 'a/2/f1.jpg')
    const { dataset, skipped } = await scanClips(root)
    expect(dataset.items.map((item) => item.path)).toEqual(['a/2', 'a/clip1'])
    expect(skipped).toEqual([])
  })

  it('tells a folder of animations from a folder of images, even if both are WebP', async () => {
    const root = tree('a/outfit/1.webp', 'a/frames/1.webp', 'a/frames/2.webp')
    await writeAnimation(join(root, 'a/outfit/1.webp'), [100, 100])
    const { dataset } = await scanClips(root)
    expect(dataset.items.map((item) => item.path)).toEqual(['a/frames', 'a/outfit/1.webp'])
  })

  it('ignores litter, and lists what it cannot use with the reason', async () => {
    const root = tree(
      'a/1.mp4',
      'a/.hidden.mp4',
      'a/Thumbs.db',
      '.git/x/1.mp4',
      'a/zero.mp4?',
      'a/notes.txt',
      'a/photo.jpg',
      'loose.mp4',
    )
    symlinkSync('/nowhere/at/all', join(root, 'a', 'gone.mp4'))
    const { dataset, skipped } = await scanClips(root)
    expect(dataset.items.map((item) => item.path)).toEqual(['a/1.mp4'])
    const reasons = Object.fromEntries(skipped.map(({ path, reason }) => [path, reason]))
    expect(Object.keys(reasons).sort()).toEqual(
      ['a/gone.mp4', 'a/notes.txt', 'a/photo.jpg', 'a/zero.mp4', 'loose.mp4'].sort(),
    )
    expect(reasons['a/zero.mp4']).toBe('empty file')
    expect(reasons['a/gone.mp4']).toMatch(/ENOENT/)
    expect(reasons['a/photo.jpg']).toMatch(/folder of their own/)
    expect(reasons['loose.mp4']).toMatch(/no class/)
  })

  it('follows links, but not in circles', async () => {
    const root = tree('a/1.mp4')
    symlinkSync(root, join(root, 'a', 'round'))
    symlinkSync(join(root, 'a', '1.mp4'), join(root, 'a', '2.mp4'))
    const { dataset } = await scanClips(root)
    expect(dataset.items.map((item) => item.path)).toContain('a/2.mp4')
    expect(dataset.items.length).toBeLessThan(6)
  })

  it('says what is expected where there is no folder, a file, or nothing to use', async () => {
    const root = tree('a/notes.txt', 'b/')
    await expect(scanClips(join(root, 'none'))).rejects.toThrow(/none: no such folder[\s\S]*wave/)
    await expect(scanClips(join(root, 'a/notes.txt'))).rejects.toThrow(/a file where a folder/)
    await expect(scanClips(root)).rejects.toThrow(/there are no clips here[\s\S]*notes\.txt/)
    await expect(scanClips(tree())).rejects.toThrow(/received: nothing/)
  })
})

describe('requireTrainable', () => {
  it('refuses one class alone, and a class without training clips', async () => {
    const one = await scanClips(tree('wave/1.mp4', 'wave/2.mp4'))
    expect(() => requireTrainable(one.dataset, one.root)).toThrow(/clips of "wave" only/)
    const gap = await scanClips(tree('train/a/1.mp4', 'train/b/1.mp4', 'test/c/1.mp4'))
    expect(() => requireTrainable(itemsOf(gap.dataset, 'train'), gap.root)).toThrow(/received: c/)
    const fine = await scanClips(tree('a/1.mp4', 'b/1.mp4'))
    expect(() => requireTrainable(fine.dataset, fine.root)).not.toThrow()
  })
})
