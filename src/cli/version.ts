/** Which version this is: that of deno.json and package.json, which test/architecture_test.ts compares. */

/** The version of the package. */
export const VERSION = "0.1.0";
