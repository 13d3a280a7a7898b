import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { MeshError } from '../../base/index.ts'
import { chainStart, type Anchor } from '../../mesh/index.ts'

/**
 * The head of a chain in a file of its own, so that putting an older copy of the database in place is noticed. It is
 * written after the commit, in place and of fixed length, so that it needs no space on a full disk; what it says may
 * therefore lie behind the database, never ahead of it.
 */
export interface AnchorFile {
  read(): Anchor
  write(head: { readonly seq: number; readonly hash: string }): void
  close(): void
}

/** `isNew`: the chain has no entries yet, so a file that is absent is made; later, an absent one is a sign of tampering. */
export function openAnchorFile(path: string, isNew: boolean): AnchorFile {
  const fd = openFile(path, isNew)
  const write = (head: { readonly seq: number; readonly hash: string }) => {
    writeSync(fd, `${String(head.seq).padStart(16, '0')} ${head.hash}\n`, 0)
  }
  if (isNew && readFileSync(path, 'utf8') === '') write({ seq: 0, hash: chainStart })
  return {
    read() {
      const match = /^(\d{16}) ([0-9a-f]{64})\n$/.exec(readFileSync(path, 'utf8'))
      if (match === null) throw damaged(path, 'is not an anchor')
      return { seq: Number(match[1]), hash: match[2]!, where: path }
    },
    write,
    close: () => closeSync(fd),
  }
}

function openFile(path: string, isNew: boolean): number {
  try {
    return openSync(path, 'r+')
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown
    if (!isNew) throw damaged(path, 'is missing')
    return openSync(path, 'wx+', 0o600)
  }
}

const damaged = (path: string, what: string) =>
  new MeshError('ledger.damaged', `The anchor ${path} ${what}, so nobody can tell whether the tail was cut off.`, {
    fix: 'Put it back from a backup, together with the database beside it.',
  })
