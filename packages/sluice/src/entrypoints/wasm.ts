export { type WasmOptions, wasm } from '../backends/wasm/wasmDevice.ts'
