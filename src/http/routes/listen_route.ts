/** `/calls/{id}/listen`: hear a call. */

import type { Hono } from "hono";
import type { MediaSession } from "../../media/mod.ts";
import type { MessageSocket } from "../../door/mod.ts";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import type { PhoneWatch } from "../events/phone_watch.ts";
import { ProblemError } from "../problem.ts";
import { ListenerSound } from "../views/listener_sound.ts";
import { callOf } from "./call_routes.ts";
import { described } from "./described.ts";

/** A listener that is so far behind hears no more of the call, in ms. */
const MOST_BEHIND_MS = 3000;
/** RFC 6455 section 7.4.2, for private use: the listener is too slow. */
const TOO_SLOW = 4008;

const DESCRIPTION =
  `A WebSocket. First comes a text message, JSON: \`sampleRate\` in Hz, \`channels\` 2. \
Then come binary ones: the caller on the left and the agent on the right, 16-bit little-endian PCM in \
turns, 40 ms each. Whoever does not keep up is cut off with 4008; the end of the call is 1000.`;

/** Lets somebody hear a call, whom the call does not wait for. */
export function listenRoute(
  app: Hono<HttpEnv>,
  { site, watch }: { readonly site: Site; readonly watch: PhoneWatch },
): void {
  app.get(
    "/calls/:id/listen",
    described({
      tag: "Calls",
      summary: "Hear the call",
      description: DESCRIPTION,
      answers: { 101: { description: "The WebSocket" } },
      problems: ["no-such-call", "not-possible", "no-upgrade"],
    }),
    (c) => {
      const { call } = callOf(c, watch);
      const { media } = call;
      if (call.state !== "live" || media === undefined) {
        throw new ProblemError("not-possible", { detail: "The call is not answered yet" });
      }
      const { response, socket } = site.sockets.enter(c);
      const stop = listen(media, socket);
      void call.ended.then(() => stop());
      return response;
    },
  );
}

function listen(media: MediaSession, socket: MessageSocket): () => void {
  const { sampleRate } = media.line;
  const most = sampleRate * 4 * MOST_BEHIND_MS / 1000;
  socket.send(JSON.stringify({ sampleRate, channels: 2 }));
  const untap = media.tap(
    new ListenerSound(media.line, (samples) => {
      if (socket.bufferedAmount > most) return stop(TOO_SLOW, "The listener is too slow");
      socket.send(new Uint8Array(samples.buffer));
    }),
  );
  const stop = (code = 1000, reason = "") => {
    untap();
    socket.close(code, reason);
  };
  // It ends with the connection; what a listener says is nothing to us.
  socket.messages.pipeTo(new WritableStream()).catch(() => {}).finally(() => untap());
  return stop;
}
