/**
 * The files of the pages, as text, so that they come with the package wherever it is installed.
 *
 * A page is a folder of plain files beside this one. Its files are imported and listed in a
 * file named after the folder.
 */

import { BOARD_PAGES } from "./board_pages.ts";
import { DOCS_PAGES } from "./docs_pages.ts";
import type { Page } from "./page.ts";
import { PHONE_PAGES } from "./phone_pages.ts";
import { SHARED_PAGES } from "./shared_pages.ts";

export type { Page } from "./page.ts";

/** All files. */
export const PAGES: readonly Page[] = [
  ...BOARD_PAGES,
  ...DOCS_PAGES,
  ...PHONE_PAGES,
  ...SHARED_PAGES,
];
