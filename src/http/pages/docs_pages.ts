/** The files of the page that shows the document of the interface. */

import docsCss from "./docs/docs.css" with { type: "text" };
import docsHtml from "./docs/docs.html" with { type: "text" };
import docsJs from "./docs/docs.js" with { type: "text" };
import schemaJs from "./docs/schema.js" with { type: "text" };
import trialJs from "./docs/trial.js" with { type: "text" };
import { type Page, pageAt } from "./page.ts";

/** The files of the page that shows the document of the interface. */
export const DOCS_PAGES: readonly Page[] = [
  pageAt("/docs", docsHtml),
  pageAt("/docs/docs.css", docsCss),
  pageAt("/docs/docs.js", docsJs),
  pageAt("/docs/schema.js", schemaJs),
  pageAt("/docs/trial.js", trialJs),
];
