/** A phone that is served by HTTP, as a process: says where when it is ready. */
import process from "node:process";
import { loopback } from "../../src/backend/mod.ts";
import { type Clock, SystemClock } from "../../src/clock/mod.ts";
import { serveHttp } from "../../src/http/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";

const [start = "30000", end = "30999"] = process.argv.slice(2);
const phone = new PhoneHandler({
  voiceBackend: loopback(),
  sipPort: 0,
  rtpStartPort: Number(start),
  rtpEndPort: Number(end),
  detector: "fvad",
  // What is measured must not be refused.
  admission: false,
});
const { port } = await phone.start();
/** How long each piece of work took that is done for viewers, in ms: no packet leaves meanwhile. */
const pieces: number[] = [];
const system = new SystemClock();
const clock: Clock = {
  now: () => system.now(),
  setTimer: (callback, delayMs) =>
    system.setTimer(() => {
      const from = system.now();
      callback();
      pieces.push(system.now() - from);
    }, delayMs),
};
const { url } = await serveHttp({ phone, port: 0, clock });
process.stdout.write(`ready: ${port} ${url}\n`);
setInterval(() => process.stdout.write(`pieces: ${JSON.stringify(pieces.splice(0))}\n`), 1000);
