import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { digestOf, MeshError } from '../../src/base/index.ts'
import type { Bundles } from '../../src/control/needs.ts'

/** What every store of bundles must do. */
export function bundlesConformance(options: { readonly name: string; readonly open: () => Bundles }): void {
  const bytes = new TextEncoder().encode('select 1\n')
  const absent = digestOf('never stored')

  describe(`bundles: ${options.name}`, () => {
    it('gives the bytes back under their SHA-256', async () => {
      const bundles = options.open()
      const digest = await bundles.put(bytes)
      expect(digest).toBe(digestOf(bytes))
      expect(await bundles.has(digest)).toBe(true)
      expect(Buffer.from((await bundles.get(digest))!)).toEqual(Buffer.from(bytes))
    })

    it('offers a file with exactly these bytes', async () => {
      const bundles = options.open()
      const digest = await bundles.put(bytes)
      expect(readFileSync(bundles.pathOf(digest))).toEqual(Buffer.from(bytes))
    })

    it('takes the same bytes twice, and many at once', async () => {
      const bundles = options.open()
      const digests = await Promise.all(Array.from({ length: 8 }, () => bundles.put(bytes)))
      expect(new Set(digests).size).toBe(1)
      expect(await bundles.put(new Uint8Array())).toBe(digestOf(new Uint8Array()))
    })

    it('has nothing that was not stored', async () => {
      const bundles = options.open()
      expect(await bundles.has(absent)).toBe(false)
      expect(await bundles.get(absent)).toBeUndefined()
    })

    it('finds no other file by a digest that is none', async () => {
      const bundles = options.open()
      for (const name of ['../../etc/passwd', '', absent.toUpperCase(), `${absent}/..`, `${absent}\u0000`]) {
        expect(await bundles.has(name)).toBe(false)
        expect(await bundles.get(name)).toBeUndefined()
        expect(() => bundles.pathOf(name)).toThrow(MeshError)
      }
    })
  })
}
