/** Requests that cannot be done, and how that is told. */

import type { Problem } from "./schemas/problem.ts";

/** What a problem is, in a word, with its status and its name for people. */
const PROBLEMS = {
  "bad-request": [400, "The request cannot be understood"],
  "unauthorized": [401, "A token is needed"],
  "forbidden": [403, "The request comes from elsewhere"],
  "not-found": [404, "There is nothing at this path"],
  "no-such-call": [404, "There is no such call"],
  "no-recording": [404, "There is no recording of this call"],
  "method-not-allowed": [405, "This path knows other methods"],
  "too-slow": [408, "The request did not come in time"],
  "not-possible": [409, "This cannot be done to the call now"],
  "too-large": [413, "The request is too large"],
  "uri-too-long": [414, "The path is too long"],
  "not-json": [415, "The body has to be JSON"],
  "bad-range": [416, "The recording has no such part"],
  "no-upgrade": [426, "This path is for WebSockets"],
  "too-many": [429, "There are too many requests from this address"],
  "failed": [500, "Something failed on our side"],
  "call-refused": [502, "The call was not answered"],
  "not-there": [503, "The phone cannot do this now"],
  "busy": [503, "The server does too much at a time"],
} as const satisfies Record<string, readonly [number, string]>;

/** Names a kind of problem. */
export type ProblemName = keyof typeof PROBLEMS;

/** What is told besides. */
export interface ProblemOptions extends Partial<Omit<Problem, "type" | "title" | "status">> {
  /** Fields of the response. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that cannot be done; whoever handles it throws this. */
export class ProblemError extends Error {
  /** Tells it from other errors in a log. */
  override readonly name = "ProblemError";
  /** What is told. */
  readonly problem: Problem;
  /** Fields of the response. */
  readonly headers: Readonly<Record<string, string>>;

  /** What it is, and what is told besides. */
  constructor(name: ProblemName, { headers = {}, ...rest }: ProblemOptions = {}) {
    const [status, title] = PROBLEMS[name];
    super(rest.detail ?? title);
    this.problem = { type: `urn:sofia-phone:${name}`, title, status, ...rest };
    this.headers = headers;
  }

  /** The response that tells it. */
  toResponse(): Response {
    return new Response(JSON.stringify(this.problem), {
      status: this.problem.status,
      headers: {
        "Content-Type": "application/problem+json",
        "Cache-Control": "no-store",
        ...this.headers,
      },
    });
  }
}

/** What a kind of problem is, for the document. */
export function describeProblem(name: ProblemName): { status: number; title: string } {
  const [status, title] = PROBLEMS[name];
  return { status, title };
}
