/** Lists of names are written as running text, for the reader's sake. */
export function namesIn<Group extends string>(
  texts: Readonly<Record<Group, string>>,
): Readonly<Record<Group, readonly string[]>> {
  const entries = Object.entries<string>(texts).map(([group, text]) => [group, text.trim().split(/\s+/)])
  return Object.fromEntries(entries) as Record<Group, readonly string[]>
}
