/** What the document says of a route. */

import { describeRoute, type DescribeRouteOptions, resolver } from "hono-openapi";
import type { MiddlewareHandler } from "hono";
import type { GenericSchema } from "valibot";
import { describeProblem, type ProblemName } from "../problem.ts";
import { problem } from "../schemas/problem.ts";

/** What is said of a route. */
export interface Description {
  /** Where it stands in the document. */
  readonly tag: "Phone" | "Calls" | "History" | "Events" | "Pages";
  /** What it does, in a few words. */
  readonly summary: string;
  /** And in more. */
  readonly description?: string;
  /** What it answers with, by status: a schema, or a media type, or nothing. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** What it may be refused with, besides what requests are. */
  readonly problems?: readonly ProblemName[];
  /** It needs no token. @default false */
  readonly isOpen?: boolean;
  /** It is answered however much else there is. @default false */
  readonly isUnlimited?: boolean;
}

/** An answer. */
export interface Answer {
  readonly description: string;
  /** The schema of JSON. @default none */
  readonly schema?: GenericSchema;
  /** What it is, where it is not JSON. @default none */
  readonly media?: string;
  /** Fields of the response, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What requests may be refused with, and those that need a token also without it. */
const LIMITS: readonly ProblemName[] = ["too-many", "uri-too-long", "busy"];
const GUARDED: readonly ProblemName[] = ["unauthorized", "forbidden"];

/** Describes a route. */
export function described(description: Description): MiddlewareHandler {
  const { tag, summary, answers, problems = [], isOpen = false } = description;
  const limits = description.isUnlimited ? [] : LIMITS;
  const responses: NonNullable<DescribeRouteOptions["responses"]> = {};
  for (const [status, answer] of Object.entries(answers)) responses[status] = answerOf(answer);
  const byStatus = new Map<number, string[]>();
  for (const name of new Set([...problems, ...isOpen ? [] : GUARDED, ...limits])) {
    const { status, title } = describeProblem(name);
    byStatus.set(status, [...byStatus.get(status) ?? [], title]);
  }
  const content = { "application/problem+json": { schema: resolver(problem) } };
  for (const [status, titles] of [...byStatus].sort(([one], [other]) => one - other)) {
    const told = titles.join(", or: ");
    const answer = responses[status];
    if (answer === undefined) responses[status] = { description: told, content };
    else if ("content" in answer) {
      responses[status] = {
        ...answer,
        description: `${answer.description}; or: ${told}`,
        content: { ...answer.content, ...content },
      };
    }
  }
  responses.default = { description: describeProblem("failed").title, content };
  return describeRoute({
    tags: [tag],
    summary,
    description: description.description,
    security: isOpen ? [] : undefined,
    responses,
  });
}

function answerOf({ description, schema, media, headers }: Answer) {
  const fields = Object.entries(headers ?? {}).map(([name, text]) =>
    [name, { description: text, schema: { type: "string" as const } }] as const
  );
  return {
    description,
    ...(fields.length > 0 && { headers: Object.fromEntries(fields) }),
    ...(schema && { content: { "application/json": { schema: resolver(schema) } } }),
    ...(media && { content: { [media]: {} } }),
  };
}
