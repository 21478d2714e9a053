/**
 * The files of the pages, as text, so that they come with the package wherever it is installed.
 *
 * A page is a folder of plain files beside this one. Each is imported and listed here, or in a file
 * named after the folder.
 */

import docsCss from "./docs/docs.css" with { type: "text" };
import docsHtml from "./docs/docs.html" with { type: "text" };
import docsJs from "./docs/docs.js" with { type: "text" };
import { BOARD_PAGES } from "./board_pages.ts";
import { type Page, pageAt } from "./page.ts";
import { PHONE_PAGES } from "./phone_pages.ts";
import { SHARED_PAGES } from "./shared_pages.ts";

export type { Page } from "./page.ts";

/** All files. */
export const PAGES: readonly Page[] = [
  pageAt("/docs", docsHtml),
  pageAt("/docs/docs.css", docsCss),
  pageAt("/docs/docs.js", docsJs),
  ...BOARD_PAGES,
  ...PHONE_PAGES,
  ...SHARED_PAGES,
];
