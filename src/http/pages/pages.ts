/**
 * The files of the pages, as text, so that they come with the package wherever it is installed.
 *
 * A page is a folder of plain files beside this one. Each is imported and listed here.
 */

import docsCss from "./docs/docs.css" with { type: "text" };
import docsHtml from "./docs/docs.html" with { type: "text" };
import docsJs from "./docs/docs.js" with { type: "text" };
import homeHtml from "./docs/home.html" with { type: "text" };

/** A file that is served. */
export interface Page {
  /** Where. */
  readonly path: string;
  /** Its media type. */
  readonly type: string;
  /** What it says. */
  readonly text: string;
}

const HTML = "text/html; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const JS = "text/javascript; charset=utf-8";

/** All files. */
export const PAGES: readonly Page[] = [
  { path: "/", type: HTML, text: homeHtml },
  { path: "/docs", type: HTML, text: docsHtml },
  { path: "/docs/docs.css", type: CSS, text: docsCss },
  { path: "/docs/docs.js", type: JS, text: docsJs },
];
