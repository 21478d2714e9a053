/** Values as they are said. */

/** A value as a flag would say it; `none` for none. */
export function textOf(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value) && value.length === 0) return "none";
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    return value.join(",");
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
