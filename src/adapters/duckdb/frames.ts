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

/**
 * Takes bytes as they come and gives messages whole, and rows in the pieces in which they come: they are not gathered,
 * and so not copied. Throws on what is no frame.
 */
export function frameReader(): (bytes: Buffer) => Frame[] {
  const head = Buffer.alloc(headBytes)
  let headHas = 0
  let kind = messageKind
  /** Of the frame that has begun. */
  let missing = 0
  let parts: Buffer[] = []
  return bytes => {
    const frames: Frame[] = []
    let at = 0
    while (at < bytes.length) {
      if (headHas < headBytes) {
        const taken = bytes.copy(head, headHas, at, at + headBytes - headHas)
        headHas += taken
        at += taken
        if (headHas < headBytes) break
        kind = head.readUInt8(4)
        missing = head.readUInt32LE(0)
        refuse(kind, missing)
      }
      const piece = bytes.subarray(at, at + missing)
      at += piece.length
      missing -= piece.length
      if (kind === dataKind) {
        if (piece.length > 0) frames.push({ kind: 'data', bytes: piece })
      } else parts.push(piece)
      if (missing > 0) break
      if (kind === messageKind) frames.push({ kind: 'message', value: JSON.parse(textOf(parts)) as unknown })
      parts = []
      headHas = 0
    }
    return frames
  }
}

function refuse(kind: number, size: number): void {
  if (kind !== dataKind && kind !== messageKind) throw new Error(`Frames of kind ${kind} are unknown.`)
  if (size > frameBytesMax) throw new Error(`A frame of ${size} bytes is longer than ${frameBytesMax}.`)
}

const textOf = (parts: readonly Buffer[]): string =>
  (parts.length === 1 ? parts[0]! : Buffer.concat(parts)).toString('utf8')
