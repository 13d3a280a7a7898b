/** Why a policy cannot be enacted, or what its team should know of it. */
export interface PolicyProblem {
  /** Where in the policy, as `onQuery[0].filter`. */
  readonly path: string
  readonly message: string
  readonly fix?: string
  /** A policy with an error cannot be enacted. */
  readonly severity: 'error' | 'warning'
}
