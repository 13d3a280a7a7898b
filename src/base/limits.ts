/** Limits of the system, where the thing that they bound has no better place. Each has an error code of its own. */
export const limits = {
  /** Longest SQL text of a user; longer trees cost the parser half a second and more. */
  sqlBytesMax: 100_000,
  /** One YAML document. */
  documentBytesMax: 5_000_000,
  documentDepthMax: 64,
  documentAliasesMax: 100,
  columnsMax: 2_000,
  /** What one `publish` may upload: documents, SQL, README and small source files. */
  bundleBytesMax: 100_000_000,
  requestBytesMax: 10_000_000,
  celBytesMax: 4_000,
  /** Rows of one answer when no policy says less. */
  answerRowsMax: 10_000_000,
  namePattern: /^[A-Za-z_][A-Za-z0-9_-]{0,127}$/,
  principalIdLengthMax: 128,
} as const
