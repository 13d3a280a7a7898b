/** Runs one SQL statement of ours over local files, on an engine process that can reach nothing else; rows by column name. */
export interface Reader {
  execute(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
}
