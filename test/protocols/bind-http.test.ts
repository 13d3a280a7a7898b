import { expect, test } from 'vitest'
import { bindHttp } from '../../src/protocols/http/index.ts'

test('a place is taken before there is anything to serve, and says so', async () => {
  const bound = await bindHttp({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${bound.port}`
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  const early = await fetch(`${url}/readyz`)
  expect([early.status, early.headers.get('Retry-After')]).toEqual([503, '1'])
  expect(await early.json()).toMatchObject({ code: 'busy.starting' })
  await expect(bindHttp({ host: '127.0.0.1', port: bound.port })).rejects.toMatchObject({ code: 'usage.invalid' })
  await bound.release()
  await (await bindHttp({ host: '127.0.0.1', port: bound.port })).release()
})
