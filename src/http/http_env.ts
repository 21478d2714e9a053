/** The types of the application. */

import type { Context } from "hono";
import type { Connection } from "./connection.ts";

/** The types of the application. */
export interface HttpEnv {
  /** What the server knows. */
  readonly Bindings: Connection;
  /** What is found out on the way. */
  readonly Variables: {
    /** Where the request comes from, as far as it is believed. */
    address: string;
    /** Whom it counts for. */
    client: string;
  };
}

/** A request as a handler has it. */
export type HttpContext = Context<HttpEnv>;
