/** The document of the interface: OpenAPI 3.1, from the schemas. */

import type { Hono } from "hono";
import { generateSpecs, resolver } from "hono-openapi";
import type { GenericSchema } from "valibot";
import type { HttpEnv } from "./http_env.ts";
import type { Site } from "./site.ts";
import * as events from "./schemas/events.ts";

/** What the events of `/events` hold; no route answers with them. */
const EVENTS: readonly GenericSchema[] = Object.values(events)
  .filter((schema) => schema !== events.eventsQuery);

const DESCRIPTION =
  "A phone for voice AI, seen and steered: its health, its calls, all that happens, " +
  "and those calls that are over. Refusals are problem details (RFC 9457). Times are in ms since 1970, " +
  "durations in ms.";

/** Makes the document of an application. */
export async function openApiDocument(app: Hono<HttpEnv>, site: Site): Promise<unknown> {
  const { token, version } = site.options;
  const document = await generateSpecs(app, {
    defaultValidationErrorResponse: false,
    excludeStaticFile: false,
    documentation: {
      info: { title: "sofia-phone", version: version ?? "unknown", description: DESCRIPTION },
      servers: [{ url: "/" }],
      tags: ["Phone", "Calls", "History", "Events", "Pages"].map((name) => ({ name })),
      // Where there is no token none is needed, yet who has one may send it.
      security: [{ bearer: [] }, ...token === undefined ? [{}] : []],
      components: {
        securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      },
    },
  });
  let schemas = document.components.schemas ?? {};
  for (const schema of EVENTS) {
    const { components } = await resolver(schema).toOpenAPISchema();
    schemas = { ...schemas, ...components?.schemas };
  }
  return { ...document, components: { ...document.components, schemas } };
}
