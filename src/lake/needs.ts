/**
 * Immutable files of the lake. Paths are relative, with `/`, without empty, `.` or `..` parts; others are refused with
 * `request.invalid`. An adapter maps them to a folder or a bucket.
 */
export interface LakeFiles {
  /** Throws `storage.damaged` where the file is absent: whoever asks has its name from metadata. */
  read(path: string): Promise<Uint8Array>
  /**
   * Creates a file whole and durable (file and folder synced) or not at all. Throws `request.conflict` if it exists and
   * `storage.full` where there is no room.
   */
  create(path: string, bytes: Uint8Array): Promise<void>
  /**
   * Takes a finished local file into the lake under a new name: renamed where possible, and durable when it resolves. Only a plain file that
   * has no other name is taken, no link. Throws as `create` does.
   */
  adopt(localPath: string, path: string): Promise<void>
  /** All files in a folder and below, with their sizes and the time when they were written. */
  list(folder: string): Promise<readonly LakeFile[]>
  /** Absent already is as good as removed. */
  remove(path: string): Promise<void>
  /** The URI that metadata records for a path, and the way back; a URI outside the lake is refused with `request.invalid`. */
  uri(path: string): string
  pathOf(uri: string): string
}

export interface LakeFile {
  readonly path: string
  readonly sizeBytes: number
  readonly modifiedMs: number
}

/**
 * Where each table's current metadata file is written down: one authority, compared and set. A table is named by the
 * folder that holds it, `flights/departures/v1`.
 */
export interface Pointers {
  get(table: string): Promise<string | undefined>
  /** Moves all pointers or none; false if any of them no longer is at its `from`. */
  swap(moves: readonly PointerMove[]): Promise<boolean>
}

export interface PointerMove {
  readonly table: string
  /** Path of the metadata file that the new one was made from; absent for a table's first. */
  readonly from?: string
  readonly to: string
  /** Iceberg snapshot id, decimal text. */
  readonly snapshot: string
  /** Of the whole table in that snapshot. */
  readonly rows: number
  readonly sizeBytes: number
}
