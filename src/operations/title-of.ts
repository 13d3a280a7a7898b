/** What people call a thing: its title, and where nobody wrote one, its name as words. */
export function titleOf({ title, name }: { readonly title?: string; readonly name: string }): string {
  if (title !== undefined && title !== '' && title !== name && !title.endsWith(`.${name}`)) return title
  const words = name.replaceAll(/[_-]+/g, ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}
