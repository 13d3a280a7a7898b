import type { DataFile, IcebergSchema } from '../lake/index.ts'

/** A table as its last promoted snapshot left it; without files where there is none yet. */
export interface CurrentTable {
  /** Folder of the table in the lake: `flights/departures/v1`. */
  readonly folder: string
  /** Path of its metadata file. */
  readonly pointer?: string
  readonly schema?: IcebergSchema
  readonly schemas: readonly IcebergSchema[]
  readonly lastColumnId: number
  readonly files: readonly CurrentFile[]
  readonly rows: bigint
  /** Digest of the expectations that all of its rows keep; absent where the snapshot does not say. */
  readonly expectations?: string
}

export interface CurrentFile {
  readonly file: DataFile
  readonly absolute: string
  readonly schemaId: number
}
