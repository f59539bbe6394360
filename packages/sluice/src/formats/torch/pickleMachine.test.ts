import { describe, expect, it } from 'vitest'
import { globalFinder } from './allowedGlobals.ts'
import { torchLimits } from './limits.ts'
import { PickleMachine, withoutPersistent } from './pickleMachine.ts'
import { plainValue, type TorchValue } from './torchValue.ts'

/** Runs a pickle written as latin-1 text, the way Python prints one. */
function run(text: string, maxOperations = 1000): TorchValue {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
  const limits = torchLimits(bytes.length, { maxOperations })
  const world = withoutPersistent(globalFinder('p'))
  const root = new PickleMachine(bytes, 'p', limits, world).run()
  const noTensor = (): never => {
    throw new Error('there is no tensor in this pickle')
  }
  return plainValue(root, noTensor, limits.maxDepth, 'p')
}

describe('the pickle machine', () => {
  it.each<[string, string, TorchValue]>([
    [
      'protocol 0',
      '(dp0\nVa\np1\nI5\nsVb\np2\nF2.5\nsVc\np3\n(lp4\nI01\naNas.',
      new Map<TorchValue, TorchValue>([
        ['a', 5],
        ['b', 2.5],
      ]).set('c', [true, null]),
    ],
    ['long integers', '\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01.', 2n ** 64n],
    ['negative integers', 'J\xff\xff\xff\xff.', -1],
    ['an integer of no bytes', '\x8a\x00.', 0],
    ['text of Python 2', 'U\x03abc.', 'abc'],
    ['doubles, big-endian', 'G\x3f\xf8\x00\x00\x00\x00\x00\x00.', 1.5],
    ['sets', '\x80\x04\x8f(K\x01K\x02\x90.', [1, 2]],
    [
      'frames and memoised text',
      '\x80\x04\x95\x09\x00\x00\x00\x00\x00\x00\x00]\x94(\x8c\x01a\x94h\x01e.',
      ['a', 'a'],
    ],
    ['POP of a mark', 'K\x01(0.', 1],
    ['STACK_GLOBAL', '\x8c\x05torch\x8c\x07float32\x93.', 'torch.float32'],
  ])('reads %s', (_, pickle, value) => {
    expect(run(pickle)).toEqual(value)
  })

  it('gives what is referred to twice as one object', () => {
    const value = run('(]q\x00h\x00t.')
    expect(Array.isArray(value) && value[0] === value[1]).toBe(true)
  })

  it.each<[string, string, RegExp]>([
    ['a global by name', 'cos\nsystem\n.', /asks to run os\.system/],
    ['a global through the stack', '\x8c\x0asubprocess\x8c\x05Popen\x93.', /run subprocess\.Popen/],
    [
      'a class instance of protocol 0',
      '(ios\nsystem\n.',
      /uses INST to make an object of os\.system/,
    ],
    ['an extension code', '\x82\x01.', /uses EXT1/],
    ['an unknown name', 'cevil.weights\nload\n.', /evil\.weights\.load, which is not on the list/],
    [
      'a name with dots that resolves to more',
      'ctorch\nserialization.os.system\n.',
      /not on the list/,
    ],
    [
      'making a type that is only referred to',
      'ctorch\nfloat32\n)R.',
      /makes an object of torch\.float32/,
    ],
    ['calling what is not a name', 'K\x01)R.', /REDUCE needs a name/],
    ['an unknown instruction', '\xff.', /0xff is not an instruction/],
    ['a pickle without end', 'K\x01', /ends too early/],
    ['an empty stack', '.', /does not end with one object/],
    ['values left behind', 'K\x01K\x02.', /does not end with one object/],
    ['reaching below a mark', 'K\x01(\x85.', /stack is empty/],
    ['text longer than the file', 'X\xff\xff\xff\xff', /ends too early/],
    ['bytes of 2⁶⁴', '\x8e\xff\xff\xff\xff\xff\xff\xff\xff', /ends too early/],
    ['a key without a value', '}(K\x01u.', /a key has no value/],
    ['appending to a number', 'K\x01K\x02a.', /only a list/],
    ['a missing memo', 'h\x05.', /the memo has nothing/],
    ['a huge integer', '\x8b\xff\xff\xff\x7f', /an integer of 2\.1 GB/],
    ['a list that contains itself', ']q\x00h\x00a.', /contains itself/],
    ['deep nesting', `${'('.repeat(400)}${'t'.repeat(400)}.`, /nested deeper than 200/],
  ])('refuses %s', (_, pickle, message) => {
    expect(() => run(pickle)).toThrow(message)
  })

  it('charges for a large argument used again and again', () => {
    const text = `X\x00\x04\x00\x00${'a'.repeat(1024)}`
    const encode = `c_codecs\nencode\nh\x00U\x06latin1\x86R0`
    const pickle = `${text}q\x000${encode.repeat(20)}N.`
    expect(() => run(pickle, 10_000)).toThrow(/too many instructions/)
    expect(run(pickle, 100_000)).toBe(null)
  })
})
