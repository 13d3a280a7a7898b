import { canonicalJson, MeshError } from '../../base/index.ts'
import { weightOf } from '../../contract/index.ts'
import { documentsDigest, type Product, type ProductState, type ReleaseChange } from '../../mesh/index.ts'
import { decidePublish, mayDiscover } from '../../policy/index.ts'
import type { PlanItem, Violation } from '../command.ts'
import { stoppedInputs } from '../stopped-inputs.ts'
import { breakage } from './breakage.ts'
import { buildAccess } from './build-access.ts'
import { changesForReaders } from './changes-for-readers.ts'
import { domainRefusal } from './created-domain.ts'
import type { Drafting } from './drafting.ts'
import { planItem } from './plan-item.ts'
import { productFaults } from './product-faults.ts'
import { dueFor, versionRefusal } from './release-version.ts'

/** What a product's documents would change, whom that hits, and everything that stands against it. */
export function planProduct(draft: Drafting, product: Product): PlanItem {
  const before = draft.base.products.get(product.id)
  const action = actionOf(before, product)
  if (action === 'unchanged') {
    warnOfStopped(draft, product)
    return { ...planItem('product', product.id, action), version: product.version }
  }
  const refusal = domainRefusal(draft, product.domain, 'publish-product')
  if (refusal !== undefined) {
    // Whoever may not publish it is not told what it is now, nor who uses it.
    draft.refuse(refusal)
    return planItem('product', product.id, 'create')
  }
  return before !== undefined && action === 'sources' ? newSources(draft, product) : newRelease(draft, before, product)
}

function actionOf(before: ProductState | undefined, product: Product): PlanItem['action'] {
  if (before === undefined) return 'create'
  if (documentsDigest(before.product) !== documentsDigest(product)) return 'update'
  const same = canonicalJson(before.product.build.inputs) === canonicalJson(product.build.inputs)
  return same ? 'unchanged' : 'sources'
}

function newSources(draft: Drafting, { id, version, build }: Product): PlanItem {
  draft.record({ kind: 'sources.changed', product: id, inputs: build.inputs, bundle: draft.publication.bundle })
  return { ...planItem('product', id, 'sources'), version }
}

function newRelease(draft: Drafting, before: ProductState | undefined, product: Product): PlanItem {
  for (const fault of productFaults(draft, product)) draft.refuse(fault)
  const previous = before?.product
  const changes = changesForReaders(draft.base, previous, product)
  const change: ReleaseChange = previous === undefined ? 'first' : weightOf(changes)
  const { consumers, refusal } = breakage(draft, previous, product, changes)
  const wrongVersion = versionRefusal(draft.base, product, changes)
  for (const no of [refusal, wrongVersion]) if (no !== undefined) draft.refuse(no)
  const violations = violationsOf(draft, previous, product, change)
  const requests = buildAccess(draft, product)
  draft.record({ kind: 'release.activated', product, change, bundle: draft.publication.bundle })
  warnOfStopped(draft, product)
  if (product.build.schedule !== undefined)
    draft.warn(`The schedule of ${product.id} is understood and kept, but nothing starts by itself yet: run it.`)
  return {
    ...planItem('product', product.id, previous === undefined ? 'create' : 'update'),
    change,
    version: product.version,
    ...(before === undefined ? {} : { due: dueFor(before.product, product, changes) }),
    changes,
    consumers,
    violations,
    requests,
  }
}

/** Nothing else would tell its owners: the build goes on with the rows that are there. */
function warnOfStopped(draft: Drafting, product: Product): void {
  for (const { table, message } of stoppedInputs(draft.state(), product, draft.effects.now))
    if (mayDiscover(draft.base, draft.actor, table, draft.effects.now)) draft.warn(message)
}

/** Those in grace warn, the others refuse. */
function violationsOf(
  draft: Drafting,
  previous: Product | undefined,
  product: Product,
  change: ReleaseChange,
): readonly Violation[] {
  const { violations } = decidePublish({
    state: draft.state(),
    product,
    change,
    ...(previous === undefined ? {} : { previous }),
    now: draft.effects.now,
  })
  for (const { policy, team, message, fix, grace } of violations) {
    if (grace !== undefined) draft.warn(`${product.id}: ${message} (${policy} blocks from ${grace} on)`)
    else
      draft.refuse(
        new MeshError('policy.denied', `${product.id}: ${message}`, {
          rule: policy,
          team,
          ...(fix === undefined ? {} : { fix }),
        }),
      )
  }
  return violations
}
