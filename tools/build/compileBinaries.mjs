/**
 * Compiles several binaries in one process: the compiler is itself JavaScript and WebAssembly, and once
 * warm it takes a third of the time. Arguments: a JSON list of option lists for `asc`.
 */
import asc from 'assemblyscript/asc'

for (const options of JSON.parse(process.argv[2] ?? '[]')) {
  const { error, stderr } = await asc.main(options)
  if (error === null) continue
  process.stderr.write(`${stderr.toString()}${error.message}\n`)
  process.exit(1)
}
