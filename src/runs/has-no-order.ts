/** Types that have no order which a person would expect. */
export const hasNoOrder = (type: string): boolean =>
  /^(JSON|BLOB|BYTEA|BIT|VARIANT|GEOMETRY|BOOLEAN|INTERVAL|(STRUCT|MAP|UNION|LIST|ENUM|ROW)\b)/i.test(type) ||
  type.endsWith(']')
