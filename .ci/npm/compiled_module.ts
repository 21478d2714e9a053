/** What is left to do to a module that the compiler of TypeScript has written. */

import { dirname, join, relative } from "node:path/posix";

/** Names that the import map means files of ours by. */
const MAPPED: Readonly<Record<string, string>> = { "@std/async": "src/async/mod.js" };

/** `from "x"`, `import "x"` and `import("x")`, with what is said of its type. */
const SPECIFIER =
  /(\bfrom\s*|\bimport\s*\(?\s*)(["'])([^"'\n]+)\2(\s*with\s*\{\s*type:\s*["']text["']\s*\})?/g;

/** The files that a module imports as texts, by their paths from the root of the package. */
export function textsIn(path: string, text: string): string[] {
  return [...text.matchAll(SPECIFIER)]
    .filter(([, , , , isText]) => isText !== undefined)
    .map(([, , , specifier]) => join(dirname(path), specifier));
}

/**
 * The module as a package has it: it names its own files, ends their names with `.js`, and imports texts
 * as modules.
 *
 * @param path its path from the root of the package
 */
export function compiledModule(path: string, text: string): string {
  return text.replace(
    SPECIFIER,
    (whole, before: string, quote: string, specifier: string, isText: string | undefined) => {
      const mapped = MAPPED[specifier];
      if (mapped !== undefined) return `${before}${quote}${toward(path, mapped)}${quote}`;
      if (isText !== undefined) return `${before}${quote}${specifier}.js${quote}`;
      if (!specifier.startsWith(".")) return whole;
      return `${before}${quote}${specifier.replace(/(?<!\.d)\.ts$/, ".js")}${quote}`;
    },
  );
}

function toward(path: string, target: string): string {
  const way = relative(dirname(path), target);
  return way.startsWith(".") ? way : `./${way}`;
}
