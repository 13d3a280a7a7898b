import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFake, type Opened } from './fake-world.ts'

/** Fetch lets nobody choose the header Host. */
async function get(url: string, host: string, token?: string) {
  const headers = { Host: host, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) }
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, response => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    asked.on('error', reject).end()
  })
}

describe('a server of this machine only', () => {
  let opened: Opened
  beforeAll(async () => {
    opened = await openFake({ publicUrl: 'https://mesh.example.com/' })
  })
  afterAll(() => opened.door.close(0))

  test.each(['localhost', 'LOCALHOST:7400', '127.0.0.1:7400', '[::1]:7400', 'mesh.example.com'])(
    'answers under %s',
    async host => {
      const url = `http://127.0.0.1:${opened.door.port}`
      expect((await get(`${url}/api/v1/demo`, host)).status).toBe(200)
    },
  )

  test.each([
    'evil.example.com',
    'localhost.evil.example.com',
    '127.0.0.1.evil.example',
    '169.254.169.254',
    'x@localhost',
  ])('answers nothing under %s: a foreign page may have given its name to this machine', async host => {
    for (const path of ['/metrics', '/api/v1/demo', '/', '/api/v1/whoami', '/healthz']) {
      const { status, body } = await get(`http://127.0.0.1:${opened.door.port}${path}`, host, 'tok-ana')
      expect(status).toBe(400)
      expect(JSON.parse(body)).toMatchObject({ code: 'request.invalid' })
    }
  })

  test('shows its metrics to this machine, and through a proxy to those who signed in', async () => {
    const url = `http://127.0.0.1:${opened.door.port}/metrics`
    expect((await get(url, 'localhost')).status).toBe(200)
    expect((await get(url, 'mesh.example.com')).status).toBe(401)
    expect((await get(url, 'mesh.example.com', 'tok-ana')).status).toBe(200)
  })
})

test('a server for other machines too answers under every name, and shows its metrics to those who signed in', async () => {
  const opened = await openFake({ host: '0.0.0.0' })
  try {
    const url = `http://127.0.0.1:${opened.door.port}`
    expect((await get(`${url}/healthz`, 'mesh.internal')).status).toBe(200)
    expect((await get(`${url}/metrics`, 'localhost')).status).toBe(401)
    expect((await get(`${url}/metrics`, 'mesh.internal', 'tok-ana')).status).toBe(200)
  } finally {
    await opened.door.close(0)
  }
})
