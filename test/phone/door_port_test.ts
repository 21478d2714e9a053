import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, test } from "bun:test";
import { loopback } from "../../src/backend/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import { MemoryStore } from "../call/sessions/session_scene.ts";
import { freePort } from "../support/free_ports.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";

// The process before gives back the port of SIP first, and that of the door when its files are written.
test("A phone that takes over waits for the port at which FreeSWITCH hands over calls, too", async () => {
  const before = createServer().listen(0, "127.0.0.1");
  await once(before, "listening");
  const { port } = before.address() as AddressInfo;
  const options = {
    voiceBackend: loopback(),
    detector: "energy",
    sipPort: 0,
    ...SOUND_PORTS,
    freeswitch: { port: await freePort(), password: "none", door: { port } },
  } as const;
  const hasty = new PhoneHandler(options);
  await expect(hasty.start()).rejects.toThrow(/in use/i);
  const phone = new PhoneHandler({
    ...options,
    sessions: { store: new MemoryStore(), takeOverMs: 60_000 },
  });
  let isStarted = false;
  const starting = phone.start().then(() => void (isStarted = true));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isStarted).toBe(false);
  before.close();
  await starting;
  const call = connect(port, "127.0.0.1");
  await once(call, "connect");
  call.destroy();
  await phone.stop();
});
