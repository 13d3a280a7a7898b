/** Why a policy cannot be enacted, or what its team should know of it. */
export interface PolicyProblem {
  /** Where in the policy, as `onQuery[0].filter`. */
  readonly path: string
  /** Where in the text at that path, in UTF-16 units; absent where the whole of it is meant. */
  readonly at?: number
  readonly message: string
  readonly fix: string
  /** A policy with an error cannot be enacted. */
  readonly severity: 'error' | 'warning'
}
