/**
 * The code blocks of a Markdown document and what the tests are to do with them. A comment directly
 * above a block may say:
 *
 *     <!-- test: skip: why it cannot be run here -->
 *     <!-- test: continues -->        this ts block goes on where the one before ended
 *     <!-- test: runs                 a shorter command of the same form stands in for a long one
 *     npx sluice train fixtures/actions -o model.safetensors --epochs 1
 *     -->
 *     <!-- test: before               lines that the block needs and a reader does not
 *     import { tensor } from 'sluice'
 *     -->
 */
export interface Block {
  readonly language: 'ts' | 'sh'
  /** Line of the first line of code in the document, from 1. */
  readonly line: number
  readonly code: string
  /** Why the block is not run. */
  readonly skip?: string
  readonly continues: boolean
  /** What is run in place of `code`. */
  readonly runs?: string
  /** What is run before `code`. */
  readonly before?: string
}

const FENCE = /^(```+|~~~+)(\S*)\s*$/
const REMARK = /<!--\s*test:\s*([\s\S]*?)\s*-->/g

/** Reads the ts and sh blocks of a document; an unknown remark is an error, not a silent skip. */
export function readBlocks(document: string, markdown: string): Block[] {
  const lines = markdown.split('\n')
  const blocks: Block[] = []
  let afterBlock = 0
  for (let i = 0; i < lines.length; i++) {
    const fence = FENCE.exec(lines[i] ?? '')
    if (fence === null) continue
    const [, marks = '', language = ''] = fence
    const start = i + 1
    i = lines.indexOf(marks, start)
    if (i < 0) throw new Error(`${document}:${start}: a code block that never ends`)
    if (language === 'ts' || language === 'sh') {
      const remarks = remarksAbove(lines.slice(afterBlock, start - 1))
      const code = lines.slice(start, i).join('\n')
      blocks.push({
        language,
        line: start + 1,
        code,
        continues: false,
        ...readRemarks(`${document}:${start}`, remarks),
      })
    } else if (language === '') {
      throw new Error(`${document}:${start}: a code block without a language (text, ts or sh)`)
    }
    afterBlock = i + 1
  }
  for (const block of blocks) {
    if (block.runs !== undefined) checkSameForm(`${document}:${block.line}`, block.code, block.runs)
  }
  return blocks
}

/** Remarks between the block and the text above it: nothing else may stand in between. */
function remarksAbove(above: readonly string[]): string[] {
  const text = above.join('\n').trimEnd()
  const remarks: string[] = []
  let end = text.length
  for (const match of [...text.matchAll(REMARK)].reverse()) {
    if (text.slice(match.index + match[0].length, end).trim() !== '') break
    remarks.unshift(match[1] ?? '')
    end = match.index
  }
  return remarks
}

function readRemarks(where: string, remarks: readonly string[]): Partial<Block> {
  const found: { -readonly [K in keyof Block]?: Block[K] } = {}
  for (const remark of remarks) {
    const [, word, rest = ''] = /^(\w+):?\s*([\s\S]*)$/.exec(remark) ?? []
    if (word === 'skip' && rest !== '') found.skip = rest
    else if (word === 'continues' && rest === '') found.continues = true
    else if (word === 'runs' && rest !== '') found.runs = rest
    else if (word === 'before' && rest !== '') found.before = rest
    else throw new Error(`${where}: the remark "test: ${remark}" is not understood`)
  }
  return found
}

/**
 * What stands in must be the command that is shown, only smaller: the same program and subcommand
 * line by line, and every option that is shown.
 */
function checkSameForm(where: string, shown: string, runs: string): void {
  const [a, b] = [commandsOf(shown), commandsOf(runs)]
  if (a.length !== b.length) throw new Error(`${where}: stands in for another number of commands`)
  a.forEach((words, index) => {
    const others = b[index] ?? []
    const head = words.filter((word) => !word.startsWith('-')).slice(0, words[0] === 'npx' ? 3 : 2)
    const missing = [...head, ...words.filter((word) => word.startsWith('-'))].filter(
      (word) => !others.includes(word),
    )
    if (missing.length > 0) {
      throw new Error(`${where}: "${others.join(' ')}" is of another form: ${missing.join(' ')}`)
    }
  })
}

/** The commands of a shell block, as words; comments and line continuations resolved. */
function commandsOf(code: string): string[][] {
  return code
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/))
}
