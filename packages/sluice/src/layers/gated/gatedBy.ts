import type { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import type { ActivationKind } from '../../engine/ops/activation/activationKinds.ts'
import { gateProduct } from '../../engine/ops/gateProduct/gateProduct.ts'

/** `φ(feature) ⊙ γ(gate)` of two values at hand; the gate may be smaller, see `gateProduct`. */
export function gatedBy(
  scope: Scope,
  feature: Value,
  gate: Value,
  featureActivation: ActivationKind,
  gateActivation: ActivationKind,
): Value {
  const attributes = { featureActivation, gateActivation, activation: 'none' as const }
  return scope.apply(gateProduct, [feature, gate], attributes)
}
