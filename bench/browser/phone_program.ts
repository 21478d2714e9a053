/** A phone in which callers hear themselves at once, by SIP and by its page: a process of its own. */
import process from "node:process";
import { loopback } from "../../src/backend/mod.ts";
import { BrowserPhone } from "../../test/support/browser_phone.ts";

await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
process.stdout.write(`ready: ${phone.phone.address?.port} ${phone.page}\n`);
await new Promise<void>((resolve) => process.once("SIGTERM", () => resolve()));
