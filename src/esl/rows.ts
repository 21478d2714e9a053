/** The tables that `show ... as json` gives. */

import { EslError } from "./esl_error.ts";

/**
 * The rows of a table, by the names of their columns. A table without rows has no `rows` at all.
 *
 * @throws {EslError} when it is no such table
 */
export function parseRows(json: string): ReadonlyMap<string, string>[] {
  let table: unknown;
  try {
    table = JSON.parse(json);
  } catch (cause) {
    throw new EslError("Cannot read the table as it must be JSON", { reply: json, cause });
  }
  const rows = typeof table === "object" && table !== null && "rows" in table ? table.rows : [];
  if (!Array.isArray(rows)) {
    throw new EslError("Cannot read the table as its rows must be a list", { reply: json });
  }
  return rows.filter((row) => typeof row === "object" && row !== null).map((row) =>
    new Map(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    )
  );
}
