/** A file of the pages. */

/** A file that is served. */
export interface Page {
  /** Where. */
  readonly path: string;
  /** Its media type. */
  readonly type: string;
  /** What it says. */
  readonly text: string;
}

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** The file at a path; what has no ending is a page in HTML. */
export function pageAt(path: string, text: string): Page {
  const ending = /\.(\w+)$/.exec(path)?.[1] ?? "html";
  return { path, type: TYPES[ending] ?? "text/plain; charset=utf-8", text };
}
