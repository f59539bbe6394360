import { SluiceError } from '../../foundation/errors.ts'
import { quoteName } from '../tensorBytes.ts'

const saveStateDict = 'save model.state_dict() instead: torch.save(model.state_dict(), path)'

/** Names that no file of weights has a reason to use, by module. */
const runsCode =
  /^(os|posix|nt|sys|subprocess|runpy|shutil|socket|pty|code|importlib|ctypes|webbrowser|commands|builtins|__builtin__|operator|functools)(\.|$)/

const foreignStorage = /^torch\.(cuda\.)?(Complex(Float|Double)|Q[A-Za-z0-9]+)Storage$/
const foreignDtype = /^torch\.(complex|uint(16|32|64)|q|float8|float4|bits)[A-Za-z0-9_]*$/

/** Refuses a global that is not on the list, in the words that fit what it is. */
export function refuseGlobal(module: string, fullName: string, where: string): never {
  const name = quoteName(fullName).slice(1, -1)
  if (runsCode.test(module)) {
    throw new SluiceError('refused', `the file asks to run ${name}; nothing was run`, {
      where,
      expected: 'tensors and plain values only',
      fix: 'do not trust this file; get the weights from somewhere else',
    })
  }
  if (foreignStorage.test(fullName) || foreignDtype.test(fullName)) {
    throw new SluiceError('unsupported', `the file holds tensors of the type ${name}`, {
      where,
      expected: 'float, half, bfloat16, integer or boolean tensors',
      fix: 'convert them before saving, for example with tensor.float()',
    })
  }
  if (fullName === 'torch._utils._rebuild_tensor_v3') {
    throw new SluiceError(
      'unsupported',
      'the file holds tensors of a type newer than PyTorch 2.2',
      {
        where,
        expected: 'float, half, bfloat16, integer or boolean tensors',
        fix: 'convert them before saving, for example with tensor.float()',
      },
    )
  }
  if (module === 'torch._utils' || module === 'torch._tensor') {
    throw new SluiceError('unsupported', `the file holds a kind of tensor that needs ${name}`, {
      where,
      expected: 'dense tensors',
      fix: 'convert them before saving: tensor.to_dense() or tensor.dequantize()',
    })
  }
  if (isModuleClass(module)) {
    throw new SluiceError('refused', `the file holds a whole module, ${name}, not its weights`, {
      where,
      expected: 'a state_dict: names and tensors',
      fix: saveStateDict,
    })
  }
  throw new SluiceError('refused', `the file asks for ${name}, which is not on the list`, {
    where,
    expected: 'tensors, dictionaries, lists, text and numbers',
    fix: saveStateDict,
  })
}

/** A class from a layer library, or from the script that saved the file: someone's model. */
function isModuleClass(module: string): boolean {
  return module === '__main__' || /^(torch\.nn\.modules|torchvision|timm)(\.|$)/.test(module)
}
