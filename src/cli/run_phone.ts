/** A phone from its start to its end, with all that is around it. */

import process from "node:process";
import { getLogger } from "@logtape/logtape";
import { SystemClock } from "../clock/mod.ts";
import type { HttpServer } from "../http/mod.ts";
import { PhoneHandler } from "../phone/mod.ts";
import { formatHostPort } from "../sip/mod.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { loadBackend } from "./load_backend.ts";
import { loadWeb } from "./load_web.ts";
import { configureLogging } from "./logging/configure_logging.ts";
import { KnownNumbers } from "./logging/known_numbers.ts";
import { logPhone } from "./logging/log_phone.ts";
import { openCallStore } from "./open_call_store.ts";
import { optionsOf } from "./options_of.ts";
import { listenForSignals, onHangup } from "./signals.ts";
import { startAudioSocket } from "./start_audio_socket.ts";
import { startTelemetry } from "./start_telemetry.ts";

const log = getLogger(["sofia-phone", "program"]);

/**
 * Takes calls until SIGTERM or SIGINT, and resolves when all is given back.
 *
 * Standard output gets a line when calls are taken, which says what to dial, and one that says what to
 * open; messages go to the log. The first signal drains: no new calls, and live ones may finish. The
 * HTTP server stays until the last one is over. The second signal ends them at once.
 */
export async function runPhone(configuration: Configuration): Promise<void> {
  const clock = new SystemClock();
  const numbers = new KnownNumbers();
  const { stderr } = process;
  const logging = await configureLogging(configuration, { stderr, clock, isKnown: numbers.has });
  const ends: (() => PromiseLike<void>)[] = [logging.flush];
  try {
    const voiceBackend = await loadBackend(configuration.backend);
    const store = await openCallStore(configuration);
    if (store !== undefined) ends.push(() => store[Symbol.asyncDispose]());
    const phone = new PhoneHandler({ ...optionsOf(configuration, store), voiceBackend, clock });
    numbers.watch(phone);
    logPhone(phone);
    const telemetry = await startTelemetry(phone, configuration);
    // The phone begins before what tells of it, and is ended before that.
    const beside: (() => PromiseLike<void>)[] = [() => Promise.resolve(telemetry.stop())];
    ends.push(() => endAll(beside));
    ends.push(() => phone.stop());
    const serve = await loadWeb(phone, configuration, { clock, metrics: telemetry.metrics });
    await phone.start();
    const web = await serve?.();
    if (web !== undefined) beside.push(() => web.stop());
    const asterisk = await startAudioSocket(phone, configuration, clock);
    if (asterisk !== undefined) beside.push(() => asterisk.stop());
    // Listened for before anybody is told that they may send one.
    const signals = listenForSignals();
    // Who closes the terminal of a phone means to end it; a service manager does not.
    if (!stderr.isTTY) onHangup(() => void logging.flush());
    process.stdout.write(invitation(configuration, phone, web));
    const signal = await signals.first;
    log.info("{signal}: no new calls, {left} may finish", { signal, left: phone.calls.length });
    await Promise.race([phone.drain(), signals.second]);
  } finally {
    await endAll(ends);
  }
}

/** Ends what was begun, the last first, also where one of them fails. @throws what the first one threw */
async function endAll(ends: readonly (() => PromiseLike<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends.toReversed()) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** What to dial, and what to open. Nobody can dial 0.0.0.0. */
function invitation(
  { backend, advertisedHost, publicUrl }: Configuration,
  { address }: PhoneHandler,
  web: HttpServer | undefined,
): string {
  const host = formatHostPort(advertisedHost ?? address!.address, address!.port);
  const dial = `ready: dial sip:${backend === "echo" ? "echo" : "bot"}@${host}\n`;
  if (web === undefined) return dial;
  const url = publicUrl ?? web.url;
  return `${dial}open ${url}/phone to talk, ${url}/ to watch\n`;
}
