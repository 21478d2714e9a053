/** Which version this is, as deno.json and package.json say. */

/** The version of the package. */
export const VERSION = "0.1.0";
