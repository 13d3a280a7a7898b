/** An identifier in SQL, quoted whatever it is. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A text literal in SQL. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`
