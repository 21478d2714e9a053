/** `/openapi.json`: what can be asked. */

import type { Hono } from "hono";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import { openApiDocument } from "../documents.ts";
import { described } from "./described.ts";

/** Serves the document, which is made when it is asked for first. */
export function documentRoutes(app: Hono<HttpEnv>, { site }: { readonly site: Site }): void {
  let text: Promise<string> | undefined;
  app.get(
    "/openapi.json",
    described({
      tag: "Phone",
      summary: "This document",
      answers: { 200: { description: "OpenAPI 3.1", media: "application/json" } },
      isOpen: true,
    }),
    async (c) => {
      text ??= openApiDocument(app, site).then((document) => JSON.stringify(document));
      return c.body(await text, 200, { "Content-Type": "application/json" });
    },
  );
}
