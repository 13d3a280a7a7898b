import { MeshError, type Issue } from '../base/index.ts'
import type { Workspace } from '../spec/index.ts'

/**
 * A refusal with each of its issues at the line of the document where it stands: those who decide know policies and
 * builds by paths, and only the documents say where these are.
 */
export function placedRefusal(refusal: MeshError, workspace: Workspace): MeshError {
  const { issues } = refusal.details
  if (issues === undefined) return refusal
  const placed = issues.map(issue => placedIssue(issue, workspace))
  const told = placed.filter(issue => issue !== undefined)
  return new MeshError(refusal.code, refusal.message, { ...refusal.details, issues: told, cause: refusal })
}

/** Undefined for what stands in documents that are published already and no part of this folder. */
function placedIssue({ product, at, ...issue }: Issue, workspace: Workspace): Issue | undefined {
  const { path, ...rest } = issue
  if (path === undefined || issue.line !== undefined) return issue
  if (product !== undefined) {
    const place = workspace.placeInBuild?.(product, path)
    return place === undefined ? undefined : { ...rest, ...place }
  }
  const policy = workspace.policies.find(({ file }) => file === issue.file)
  return policy === undefined ? issue : { ...issue, ...workspace.placeInPolicy?.(policy, path, at) }
}
