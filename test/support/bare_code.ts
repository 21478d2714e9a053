/** TypeScript with everything blanked that is not code, so that a search finds no word of a comment. */

/** Words after which a `/` opens a regular expression and divides nothing. */
const BEFORE_EXPRESSION = /\b(return|typeof|case|in|of|delete|void|throw|new|await|yield|do|else)$/;

/** What was asked for before: each rule of the house looks at all the sources. */
const known = new Map<string, string>();

/**
 * Replaces comments and the insides of strings, templates and regular expressions by blanks.
 *
 * Quotes, line ends and `${expressions}` stay, so every position means the same in both texts.
 */
export function bareCode(source: string): string {
  const code = known.get(source) ?? blanked(source);
  known.set(source, code);
  return code;
}

function blanked(source: string): string {
  const out = source.split("");
  const blank = (from: number, to: number): void => {
    for (let at = from; at < to; at++) if (out[at] !== "\n") out[at] = " ";
  };
  /** For each open brace, whether it is the `${` of a template. */
  const braces: boolean[] = [];
  /** What was seen last that is neither blank nor comment, for telling a regex from a division. */
  let before = "";
  let at = 0;

  const template = (from: number): number => {
    const end = endOfQuoted(source, from, "`");
    blank(from, end);
    if (source.startsWith("${", end)) {
      braces.push(true);
      before = "{";
      return end + 2;
    }
    before = "`";
    return end + 1;
  };

  while (at < source.length) {
    const char = source[at];
    if (source.startsWith("//", at)) {
      const end = indexOr(source, "\n", at);
      blank(at, end);
      at = end;
    } else if (source.startsWith("/*", at)) {
      const end = indexOr(source, "*/", at + 2) + 2;
      blank(at, end);
      at = end;
    } else if (char === '"' || char === "'") {
      const end = endOfQuoted(source, at + 1, char);
      blank(at + 1, end);
      before = char;
      at = end + 1;
    } else if (char === "`") {
      at = template(at + 1);
    } else if (char === "/" && opensRegex(before.trimEnd())) {
      const end = endOfRegex(source, at + 1);
      blank(at + 1, end);
      before = "/x";
      at = end + 1;
    } else if (char === "}" && braces.pop() === true) {
      at = template(at + 1);
    } else {
      if (char === "{") braces.push(false);
      if (char.trim() !== "") before = (before + char).slice(-12);
      else if (/\w$/.test(before)) before += " ";
      at++;
    }
  }
  return out.join("");
}

function opensRegex(before: string): boolean {
  return !/[\w$)\]}"'`]$/.test(before) || BEFORE_EXPRESSION.test(before);
}

function indexOr(source: string, what: string, from: number): number {
  const found = source.indexOf(what, from);
  return found < 0 ? source.length : found;
}

/** The index of the closing quote, or for a template of the `${` if that comes first. */
function endOfQuoted(source: string, from: number, quote: string): number {
  for (let at = from; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (source[at] === quote) return at;
    else if (quote === "`" && source.startsWith("${", at)) return at;
  }
  return source.length;
}

/** The index of the `/` that closes a regular expression; inside a class a `/` is a letter. */
function endOfRegex(source: string, from: number): number {
  let inClass = false;
  for (let at = from; at < source.length; at++) {
    const char = source[at];
    if (char === "\\") at++;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "/" && !inClass || char === "\n") return at;
  }
  return source.length;
}
