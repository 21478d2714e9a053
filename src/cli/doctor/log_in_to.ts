/** The first look: whether FreeSWITCH lets us in at all. */

import { EslAuthError, EslClient, type EslClientOptions } from "../../esl/mod.ts";
import { failed, type Finding } from "./finding.ts";

const WHAT = "event socket";

/** A client that is in, or why it is not. */
export type Login = { readonly client: EslClient } | { readonly finding: Finding };

/**
 * Connects once. Who keeps trying would not find out why it fails.
 *
 * @param options where, and the password
 */
export async function logInTo(options: EslClientOptions): Promise<Login> {
  const { host = "127.0.0.1", port = 8021, password } = options;
  const place = `${host}:${port}`;
  if (password === "") {
    const fix = "export SOFIA_PHONE_ESL_PASSWORD with the password of event_socket.conf.xml";
    return { finding: failed(WHAT, "no password is known", fix) };
  }
  const client = new EslClient({ ...options, connectTimeoutMs: 5000 });
  const lost = Promise.withResolvers<Error>();
  client.on("reconnecting", ({ error }) => lost.resolve(error));
  try {
    const error = await Promise.race([client.connect(), lost.promise]);
    if (error === undefined) return { client };
    client.close();
    return { finding: notIn(place, error) };
  } catch (error) {
    client.close();
    return { finding: notIn(place, error as Error) };
  }
}

/** All that the chain of errors says. */
function said(error: unknown): string {
  return error instanceof Error ? `${error.message} ${said(error.cause)}` : "";
}

function notIn(place: string, error: Error): Finding {
  const text = said(error);
  if (/refuses connections/.test(text)) {
    return failed(
      WHAT,
      `${place} takes no connection from this address`,
      "let it in by apply-inbound-acl of event_socket.conf.xml, then: fs_cli -x 'reload mod_event_socket'",
    );
  }
  if (error instanceof EslAuthError) {
    return failed(
      WHAT,
      `${place} does not take the password`,
      "set SOFIA_PHONE_ESL_PASSWORD to the password of event_socket.conf.xml",
    );
  }
  if (/ECONNREFUSED|refused/i.test(text)) {
    return failed(
      WHAT,
      `nothing listens at ${place}`,
      "start FreeSWITCH; if it runs, see listen-ip and listen-port of event_socket.conf.xml, and that mod_event_socket is loaded",
    );
  }
  if (/ENOTFOUND|EAI_AGAIN|getaddrinfo/i.test(text)) {
    return failed(WHAT, `${place} has no address`, "set --esl-host to a host that exists");
  }
  if (/more than \d+ ms|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/i.test(text)) {
    return failed(
      WHAT,
      `${place} does not answer`,
      "open its port for this machine in the firewall, or look through ssh -L 8021:127.0.0.1:8021",
    );
  }
  return failed(WHAT, `${place} ends the connection: ${error.message}`, "see freeswitch.log");
}
