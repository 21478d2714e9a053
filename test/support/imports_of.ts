/** What a module imports, read from its text. */
import { bareCode } from "./bare_code.ts";

/** One import or re-export. */
export interface Import {
  /** What stands between the quotes; `undefined` when it is computed at run time. */
  readonly specifier: string | undefined;
  /** `import(…)`, in an expression or in a type. */
  readonly dynamic: boolean;
  /** Erased before the program runs. */
  readonly typeOnly: boolean;
}

const FROM = /\b(?:import|export)\b([\w\s{},*$]*?)\bfrom\s*["']/g;
const BARE = /\bimport\s*["']/g;
const CALL = /\b(?:import|require)\s*\(\s*(["'`])?/g;

/**
 * Every static, dynamic and type import of a TypeScript source, in no particular order.
 *
 * A scan of the text and no parser, since no parser is at hand on both runtimes; imports_of_test.ts
 * holds the forms it must find.
 */
export function importsOf(source: string): Import[] {
  const code = bareCode(source);
  const literal = (end: number): string => {
    const quote = source[end - 1];
    return source.slice(end, source.indexOf(quote, end));
  };
  const found: Import[] = [];
  for (const match of code.matchAll(FROM)) {
    const specifier = literal(match.index + match[0].length);
    found.push({ specifier, dynamic: false, typeOnly: namesOnlyTypes(match[1]) });
  }
  for (const match of code.matchAll(BARE)) {
    const specifier = literal(match.index + match[0].length);
    found.push({ specifier, dynamic: false, typeOnly: false });
  }
  for (const match of code.matchAll(CALL)) {
    const end = match.index + match[0].length;
    const text = match[1] === undefined ? undefined : literal(end);
    const specifier = text?.includes("${") ? undefined : text;
    found.push({ specifier, dynamic: true, typeOnly: false });
  }
  return found;
}

function namesOnlyTypes(clause: string): boolean {
  if (/^\s+type\b/.test(clause)) return true;
  const names = /^\s*\{([^}]*)\}\s*$/.exec(clause)?.[1].split(",").filter((name) => name.trim());
  return names !== undefined && names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}
