/**
 * The bytes between server and worker: a length (4 bytes, little-endian), a kind (1 byte), then the content. Messages are
 * JSON; rows are bytes that nobody on the way looks into.
 */
export type Frame =
  { readonly kind: 'message'; readonly value: unknown } | { readonly kind: 'data'; readonly bytes: Uint8Array }

const messageKind = 0
const dataKind = 1
const headBytes = 5
/** A longer frame means that the other side has lost its wits. */
const frameBytesMax = 512 * 1024 * 1024

export function messageFrame(value: unknown): Buffer {
  const text = JSON.stringify(value)
  const size = Buffer.byteLength(text)
  const frame = Buffer.allocUnsafe(headBytes + size)
  writeHead(frame, size, messageKind)
  frame.write(text, headBytes)
  return frame
}

/** The head of a data frame; the content follows as it is, so that rows are not copied once more. */
export function dataHead(sizeBytes: number): Buffer {
  const head = Buffer.allocUnsafe(headBytes)
  writeHead(head, sizeBytes, dataKind)
  return head
}

function writeHead(target: Buffer, size: number, kind: number): void {
  target.writeUInt32LE(size, 0)
  target.writeUInt8(kind, 4)
}

/** Takes bytes as they come and gives whole frames. Throws on what is no frame. */
export function frameReader(): (bytes: Buffer) => Frame[] {
  let parts: Buffer[] = []
  let have = 0
  return bytes => {
    parts.push(bytes)
    have += bytes.length
    const frames: Frame[] = []
    for (;;) {
      if (have < headBytes) return frames
      if (parts[0]!.length < headBytes) parts = [Buffer.concat(parts)]
      const size = parts[0]!.readUInt32LE(0)
      if (size > frameBytesMax) throw new Error(`A frame of ${size} bytes is longer than ${frameBytesMax}.`)
      if (have < headBytes + size) return frames
      const all = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
      frames.push(frameOf(all.readUInt8(4), all.subarray(headBytes, headBytes + size)))
      const rest = all.subarray(headBytes + size)
      parts = rest.length > 0 ? [rest] : []
      have = rest.length
    }
  }
}

function frameOf(kind: number, content: Buffer): Frame {
  if (kind === dataKind) return { kind: 'data', bytes: content }
  if (kind !== messageKind) throw new Error(`Frames of kind ${kind} are unknown.`)
  return { kind: 'message', value: JSON.parse(content.toString('utf8')) as unknown }
}
