/** What stands for the token where a page cannot send it. */

import * as v from "valibot";

/** Which ticket. */
export const ticketRequest = v.pipe(
  v.strictObject({
    path: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(512),
        v.regex(/^\/[^?#]*$/, "is the path of a URL"),
        v.description(
          "The one path it is for. Such a ticket may be used again until it expires, as players of sound fetch a file in pieces; without it a ticket is for any path, once",
        ),
      ),
    ),
  }),
  v.metadata({ ref: "TicketRequest", examples: [{ path: "/events" }] }),
);

/** A ticket. */
export const ticket = v.pipe(
  v.object({
    ticket: v.pipe(v.string(), v.description("For `?ticket=`")),
    expiresAt: v.pipe(v.number(), v.description("In ms since 1970")),
  }),
  v.metadata({ ref: "Ticket" }),
);
