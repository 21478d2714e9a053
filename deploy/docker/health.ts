/**
 * Whether the sofia-phone of this container is well: exits with 0 if /health says so, else with 1 and the
 * reason. It reads where to ask from the same variables.
 */
import process from "node:process";

const { SOFIA_PHONE_HTTP_HOST: host = "127.0.0.1", SOFIA_PHONE_HTTP_PORT: port = "8080" } =
  process.env;
// Who listens to all addresses listens to this one.
const here = ["0.0.0.0", "::", ""].includes(host) ? "127.0.0.1" : host;
const address = `http://${here.includes(":") ? `[${here}]` : here}:${port || "8080"}/health`;
try {
  const response = await fetch(address, { signal: AbortSignal.timeout(2000) });
  if (!response.ok) throw new Error(`it answers ${response.status}`);
  await response.body?.cancel();
} catch (error) {
  process.stderr.write(`${address}: ${(error as Error).message}\n`);
  process.exit(1);
}
process.exit(0);
