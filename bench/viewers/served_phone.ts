/** A phone that is served by HTTP, as a process: says where when it is ready. */
import process from "node:process";
import { loopback } from "../../src/backend/mod.ts";
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
const { url } = await serveHttp({ phone, port: 0 });
process.stdout.write(`ready: ${port} ${url}\n`);
