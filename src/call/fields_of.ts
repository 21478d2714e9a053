/** Header fields as applications get them. */

/** The fields by their names in lower case; of several of one name the first. */
export function fieldsOf(
  headers: Iterable<readonly [name: string, value: string]>,
): Record<string, string> {
  // Without a prototype: a peer chooses the names.
  const fields: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) fields[name.toLowerCase()] ??= value;
  return fields;
}
