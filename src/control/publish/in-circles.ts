/** Those nodes from which a way leads back to themselves, by Tarjan's strongly connected components, in linear time. */
export function inCircles(
  nodes: Iterable<string>,
  next: (node: string) => readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const circles = new Map<string, ReadonlySet<string>>()
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()

  const visit = (node: string): void => {
    index.set(node, index.size)
    low.set(node, index.get(node)!)
    open.push(node)
    isOpen.add(node)
    for (const other of next(node)) {
      if (!index.has(other)) {
        visit(other)
        low.set(node, Math.min(low.get(node)!, low.get(other)!))
      } else if (isOpen.has(other)) low.set(node, Math.min(low.get(node)!, index.get(other)!))
    }
    if (low.get(node) !== index.get(node)) return
    const members = open.splice(open.lastIndexOf(node))
    for (const member of members) isOpen.delete(member)
    if (members.length > 1 || next(node).includes(node)) {
      const circle = new Set(members)
      for (const member of members) circles.set(member, circle)
    }
  }

  for (const node of nodes) if (!index.has(node)) visit(node)
  return circles
}
