import { addressOf, cText, duckdb, releaseArrow, viewOf, type Pointer } from './library.ts'
import { WorkerFailure } from './failure.ts'

/**
 * One column of a chunk as an Arrow array. Its memory belongs to the engine: copy what is to outlive `release`.
 * https://arrow.apache.org/docs/format/CDataInterface.html
 */
export interface ArrowArray {
  readonly length: number
  readonly nullCount: number
  readonly buffers: readonly (Pointer | null)[]
  readonly children: readonly ArrowArray[]
  readonly dictionary?: ArrowArray
}

export interface ArrowChunk {
  readonly rows: number
  readonly columns: readonly ArrowArray[]
  release(): void
}

const arrayBytes = 80

/** Turns a chunk of the engine into Arrow and gives the chunk back. */
export function arrowChunk(options: Pointer, chunk: Pointer): ArrowChunk {
  const structure = Buffer.alloc(arrayBytes)
  const problem = duckdb.arrowArray(options, chunk, structure)
  duckdb.destroyChunk([chunk])
  if (problem !== null) throw arrowFailure(problem)
  const { length, children } = readArray(structure)
  return { rows: length, columns: children, release: () => releaseArrow(structure) }
}

export function arrowFailure(problem: Pointer): WorkerFailure {
  const message = duckdb.errorMessage(problem)
  duckdb.destroyError([problem])
  const shown = /"exception_message":"((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message
  return new WorkerFailure({ kind: 'runtime', message: shown, engineClass: 'Not implemented Error' })
}

function readArray(at: Buffer): ArrowArray {
  const buffers = pointers(at.readBigUInt64LE(40), Number(at.readBigInt64LE(24)))
  const children = pointers(at.readBigUInt64LE(48), Number(at.readBigInt64LE(32)))
  const dictionary = at.readBigUInt64LE(56)
  return {
    length: Number(at.readBigInt64LE(0)),
    nullCount: Number(at.readBigInt64LE(8)),
    buffers,
    children: children.map(child => readArray(viewOf(child!, arrayBytes))),
    ...(dictionary === 0n ? {} : { dictionary: readArray(viewOf(dictionary, arrayBytes)) }),
  }
}

function pointers(at: Pointer, count: number): (Pointer | null)[] {
  if (count === 0) return []
  const table = viewOf(at, 8 * count)
  return Array.from({ length: count }, (_, i) => {
    const pointer = table.readBigUInt64LE(8 * i)
    return pointer === 0n ? null : pointer
  })
}

const nothing = Buffer.alloc(0)
/** `sizeBytes` of a buffer; an empty one may have no address. */
export const bufferOf = (array: ArrowArray, index: number, sizeBytes: number): Buffer => {
  const at = array.buffers[index]
  return at === null || at === undefined || sizeBytes === 0 ? nothing : viewOf(at, sizeBytes)
}

/** Bit i says that value i is not null; nothing if there are no nulls. */
export const validityOf = (array: ArrowArray): Buffer | undefined =>
  array.buffers[0] === null || array.buffers[0] === undefined || array.nullCount === 0
    ? undefined
    : bufferOf(array, 0, (array.length + 7) >> 3)

/** The parts of an `ArrowSchema` that a stream's head needs. */
export interface ArrowField {
  readonly format: string
  readonly name: string
  readonly metadata: readonly (readonly [string, string])[]
  readonly nullable: boolean
  readonly sortedKeys: boolean
  readonly children: readonly ArrowField[]
  readonly dictionary?: ArrowField
}

const schemaBytes = 72

/** What chunks of these columns look like as Arrow. `types` are handles of the engine. */
export function arrowFields(
  options: Pointer,
  types: readonly Pointer[],
  names: readonly string[],
): readonly ArrowField[] {
  const structure = Buffer.alloc(schemaBytes)
  const texts = names.map(name => Buffer.from(`${name}\0`))
  const problem = duckdb.arrowSchema(options, table(types), table(texts.map(addressOf)), types.length, structure)
  if (problem !== null) throw arrowFailure(problem)
  const fields = readField(structure).children
  releaseArrow(structure)
  return fields
}

function table(addresses: readonly Pointer[]): Buffer {
  const bytes = Buffer.alloc(Math.max(8, 8 * addresses.length))
  addresses.forEach((address, i) => bytes.writeBigUInt64LE(address, 8 * i))
  return bytes
}

function readField(at: Buffer): ArrowField {
  const flags = at.readBigInt64LE(24)
  const dictionary = at.readBigUInt64LE(48)
  const name = at.readBigUInt64LE(8)
  return {
    format: cText(at.readBigUInt64LE(0)),
    name: name === 0n ? '' : cText(name),
    metadata: readMetadata(at.readBigUInt64LE(16)),
    nullable: (flags & 2n) !== 0n,
    sortedKeys: (flags & 4n) !== 0n,
    children: pointers(at.readBigUInt64LE(40), Number(at.readBigInt64LE(32))).map(child =>
      readField(viewOf(child!, schemaBytes)),
    ),
    ...(dictionary === 0n ? {} : { dictionary: readField(viewOf(dictionary, schemaBytes)) }),
  }
}

/** int32 count, then each key and value as int32 length and bytes. */
function readMetadata(at: Pointer): (readonly [string, string])[] {
  if (at === 0n) return []
  let offset = 0n
  const int = () => {
    const value = viewOf(at + offset, 4).readInt32LE(0)
    offset += 4n
    return value
  }
  const text = () => {
    const size = int()
    const value = size === 0 ? '' : viewOf(at + offset, size).toString('utf8')
    offset += BigInt(size)
    return value
  }
  return Array.from({ length: int() }, () => [text(), text()] as const)
}
