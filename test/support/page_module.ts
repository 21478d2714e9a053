/** Modules of the pages, for tests of those that need no page. */

/**
 * Loads a module by its path below src/http/pages. It is named at run time, as the pages are written
 * for a browser's library of types and checked by a tsconfig.json of their own.
 */
export async function pageModule<Module>(path: string): Promise<Module> {
  return await import(new URL(`../../src/http/pages/${path}`, import.meta.url).href);
}
