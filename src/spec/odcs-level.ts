/** Versions that differ in what they allow: 3.0.0 and 3.0.1 only lack keys of 3.0.2, and are read as that. */
export type OdcsLevel = 3.0 | 3.1 | 3.2
