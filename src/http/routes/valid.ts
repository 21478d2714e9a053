/** What is asked for, checked against its schema. */

import { validator } from "hono-openapi";
import type { MiddlewareHandler } from "hono";
import type { GenericSchema, InferInput, InferOutput } from "valibot";
import type { HttpEnv } from "../http_env.ts";
import { ProblemError } from "../problem.ts";

/** What a handler behind {@link valid} gets. */
export interface Valid<Target extends string, Schema extends GenericSchema> {
  readonly in: { readonly [K in Target]: InferInput<Schema> };
  readonly out: { readonly [K in Target]: InferOutput<Schema> };
}

/** Lets a request on whose body or query is as the schema says; tells any other what is wrong with it. */
export function valid<Target extends "json" | "query", Schema extends GenericSchema>(
  target: Target,
  schema: Schema,
): MiddlewareHandler<HttpEnv, string, Valid<Target, Schema>> {
  return validator(target, schema, (result) => {
    if (result.success) return;
    throw new ProblemError("bad-request", {
      detail: target === "json"
        ? "The body is not as the document says"
        : "The query is not as the document says",
      faults: result.error.slice(0, 20).map(({ message, path = [] }) => ({
        path: path.map((part) => `/${pointer(typeof part === "object" ? part.key : part)}`).join(
          "",
        ),
        message: message.slice(0, 300),
      })),
    });
  }) as unknown as MiddlewareHandler<HttpEnv, string, Valid<Target, Schema>>;
}

/** A part of a JSON pointer (RFC 6901). */
function pointer(part: PropertyKey): string {
  return String(part).replaceAll("~", "~0").replaceAll("/", "~1");
}
