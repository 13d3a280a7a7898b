import type { CompiledPolicy } from './compile-policy.ts'

/**
 * Whether a policy binds at an instant, is known to bind later, or says nothing. An enforced one binds from its date on
 * and warns before; one in grace only warns, whatever its date.
 */
export function ruleState(policy: CompiledPolicy, nowMs: number): 'binds' | 'warns' | 'silent' {
  switch (policy.policy.status) {
    case 'enforced':
      // A date that cannot be read is no reason to let go.
      return policy.fromMs > nowMs ? 'warns' : 'binds'
    case 'grace':
      return 'warns'
    case 'draft':
    case 'withdrawn':
      return 'silent'
  }
}
