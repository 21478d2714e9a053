/** The files that all pages share. */

import controlsCss from "./shared/controls.css" with { type: "text" };
import designCss from "./shared/design.css" with { type: "text" };
import domJs from "./shared/dom.js" with { type: "text" };
import eventParserJs from "./shared/event_parser.js" with { type: "text" };
import eventStreamJs from "./shared/event_stream.js" with { type: "text" };
import faviconSvg from "./shared/favicon.svg" with { type: "text" };
import formatJs from "./shared/format.js" with { type: "text" };
import iconsSvg from "./shared/icons.svg" with { type: "text" };
import phoneApiJs from "./shared/phone_api.js" with { type: "text" };
import schemeJs from "./shared/scheme.js" with { type: "text" };
import signInJs from "./shared/sign_in.js" with { type: "text" };
import { type Page, pageAt } from "./page.ts";

/** The files that all pages share. */
export const SHARED_PAGES: readonly Page[] = [
  pageAt("/shared/controls.css", controlsCss),
  pageAt("/shared/design.css", designCss),
  pageAt("/shared/dom.js", domJs),
  pageAt("/shared/event_parser.js", eventParserJs),
  pageAt("/shared/event_stream.js", eventStreamJs),
  pageAt("/shared/favicon.svg", faviconSvg),
  pageAt("/shared/format.js", formatJs),
  pageAt("/shared/icons.svg", iconsSvg),
  pageAt("/shared/phone_api.js", phoneApiJs),
  pageAt("/shared/scheme.js", schemeJs),
  pageAt("/shared/sign_in.js", signInJs),
];
