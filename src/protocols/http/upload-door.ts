import type { IncomingMessage, ServerResponse } from 'node:http'
import { digestOf, MeshError } from '../../base/index.ts'
import { fixedHeaders } from './problem.ts'
import { credentialsOf } from './query-door.ts'
import { readBody } from './read-body.ts'
import { callerOf, requirePerson } from './sign-in.ts'
import type { HttpLimits, HttpWorld } from './world.ts'

/** What all uploads under way hold in memory together. */
export interface UploadBudget {
  bytes: number
}

/** `PUT /api/v1/uploads/{sha256}`: the same bytes twice are stored once, bytes of another digest never. */
export async function takeUpload(
  world: HttpWorld,
  limits: HttpLimits,
  budget: UploadBudget,
  digest: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  requirePerson(callerOf(world.authenticate, credentialsOf(request)))
  if (!/^[0-9a-f]{64}$/.test(digest)) {
    throw new MeshError('request.invalid', 'path.digest: An upload is named by its SHA-256 in lower-case hexadecimal.')
  }
  const bytes = await received(request, limits, budget)
  if (digestOf(bytes) !== digest) {
    throw new MeshError('request.invalid', 'The bytes that arrived do not have the digest that names the upload.', {
      fix: 'Send the file again.',
    })
  }
  if (!(await world.rooms.bundles.has(digest))) await world.rooms.bundles.put(bytes)
  const body = JSON.stringify({ digest, sizeBytes: bytes.length })
  response.writeHead(200, { ...fixedHeaders, 'Content-Type': 'application/json' }).end(body)
}

async function received(request: IncomingMessage, limits: HttpLimits, budget: UploadBudget): Promise<Buffer> {
  const announced = request.headers['content-length']
  const reserved = announced === undefined ? limits.uploadBytesMax : Math.min(Number(announced), limits.uploadBytesMax)
  if (budget.bytes + reserved > limits.uploadsBytesMax) {
    throw new MeshError('busy.queue', 'Too much is being uploaded at this moment.')
  }
  budget.bytes += reserved
  try {
    return await readBody(request, limits.uploadBytesMax)
  } finally {
    budget.bytes -= reserved
  }
}
