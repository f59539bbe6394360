export { reference } from '../backends/reference/referenceDevice.ts'
export type { Device } from '../engine/device/device.ts'
export type { Module, ModuleDescription } from '../engine/graph/module.ts'
export { compile, readWeights, writeWeights } from '../engine/runtime/compile.ts'
export { Session, type SessionInput } from '../engine/runtime/session.ts'
export { type ErrorCode, SluiceError } from '../foundation/errors.ts'
export {
  type Float32Tensor,
  type HostTensor,
  type NamedTensors,
  tensor,
  toFloat32,
} from '../foundation/hostTensor.ts'
export { Random } from '../foundation/random.ts'
export type { Shape } from '../foundation/shape.ts'
