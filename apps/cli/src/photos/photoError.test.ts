import { expect, it } from 'vitest'
import { photoError } from './photoError.ts'

it('tells a file that may not be read from one that is no photo', () => {
  const refused = Object.assign(new Error("EACCES: permission denied, open 'a.jpg'"), {
    code: 'EACCES',
    syscall: 'open',
  })
  const { code, message } = photoError('a.jpg', refused, 100)
  expect(code).toBe('missing')
  expect(message).toMatch(/cannot be read \(EACCES\)[\s\S]*permissions/)
  expect(message).not.toMatch(/image program/)
  const damaged = photoError('a.jpg', new Error('unsupported image format'), 100)
  expect(damaged.message).toMatch(/image program/)
})
