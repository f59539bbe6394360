/**
 * Makes the weights of the ResNet-34 feature distance from the ONNX export of dlib's network: the first
 * three stages in half precision, named as `resnet34Trunk` asks for them.
 *
 *     npx tsx tools/resnet34/main.ts resnet34_trunk3_cc0.onnx apps/cli/models/resnet34-trunk.safetensors
 *
 * The network is part of the Debian source package dlib (component dlib-models), which says CC0 1.0.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { GraphBuilder } from '../../packages/sluice/src/engine/graph/graphBuilder.ts'
import { Scope } from '../../packages/sluice/src/engine/graph/module.ts'
import { writeSafetensors } from '../../packages/sluice/src/formats/safetensors/writeSafetensors.ts'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'
import { type HostTensor, toFloat16 } from '../../packages/sluice/src/foundation/hostTensor.ts'
import { sameShape } from '../../packages/sluice/src/foundation/shape.ts'
import { resnet34Trunk } from '../../packages/sluice/src/inpainting/quality/resnet34Trunk.ts'
import { onnxTensors } from './readOnnx.ts'

const [from, to] = process.argv.slice(2)
if (from === undefined || to === undefined) {
  throw new SluiceError('usage', 'name the ONNX file and the file to write', {})
}
// Weights stand in the file in the order of the layers, each before its bias; w and b mark them.
const given = [...onnxTensors(readFileSync(from))].filter(([name]) => /^[wb]\d+$/.test(name))
const builder = new GraphBuilder()
resnet34Trunk(new Scope(builder, 'inference'), builder.input('picture', [1, 3, 227, 227]))
const wanted = [...builder.finish().variables]
const tensors = new Map<string, HostTensor>()
wanted.forEach(([name, { value }], i) => {
  const tensor = given[i]?.[1]
  if (
    tensor === undefined ||
    given.length !== wanted.length ||
    !sameShape(tensor.shape, value.shape)
  ) {
    throw new SluiceError('format', `this is another network: ${name} does not fit`, {
      where: from,
    })
  }
  tensors.set(name, toFloat16(tensor))
})
const about = 'dlib resnet34_1000_imagenet_classifier, conv1 and the stages of 64 and 128 channels'
writeFileSync(to, writeSafetensors(tensors, { source: about, licence: 'CC0-1.0' }))
