import { work } from './work.mjs'

addEventListener('message', async ({ data }) => postMessage(await work(data)))
