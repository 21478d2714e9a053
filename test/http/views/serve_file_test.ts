import { afterAll, describe, expect, test } from "bun:test";
import {
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveOnBun } from "../../../src/http/server/bun_server.ts";
import { serveOnDeno } from "../../../src/http/server/deno_server.ts";
import { serveFile } from "../../../src/http/views/serve_file.ts";
import { eventually } from "../../support/wait.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "sofia-file-")));
const path = join(folder, "sound.wav");
// More than the buffers of a connection hold.
const bytes = Uint8Array.from({ length: 24_000_000 }, (_, i) => i % 251);
writeFileSync(path, bytes);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const serve = (headers: Record<string, string> = {}, method = "GET") =>
  serveFile(new Request("http://phone.example/", { headers, method }), path, "audio/wav");

/** How often this process has the file open; undefined on a system that does not tell. */
function timesOpen(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").filter((fd) => target(fd) === path).length;
  } catch {
    return undefined;
  }
}

function target(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // That of the listing itself.
    return "";
  }
}

describe("a file that is served", () => {
  test("is open while it is read, and no longer", async () => {
    if (timesOpen() === undefined) return;
    const unread = [await serve(), await serve({ Range: "bytes=5-9" }), await serve({}, "HEAD")];
    expect(unread.map(({ status }) => status)).toEqual([200, 206, 200]);
    expect(timesOpen()).toBe(0);
    const reader = unread[0].body!.getReader();
    expect((await reader.read()).value).toEqual(bytes.slice(0, 65_536));
    expect(timesOpen()).toBe(1);
    await reader.cancel();
    expect(timesOpen()).toBe(0);
    expect(new Uint8Array(await unread[1].arrayBuffer())).toEqual(bytes.slice(5, 10));
    expect(timesOpen()).toBe(0);
    await unread[0].body!.cancel().catch(() => {});
  });

  test("is closed when nobody wants it any more while it is opened or read", async () => {
    if (timesOpen() === undefined) return;
    for (const turns of [0, 1, 2, 5, 20]) {
      const reader = (await serve()).body!.getReader();
      const reading = reader.read();
      for (let i = 0; i < turns; i++) await Promise.resolve();
      await reader.cancel();
      await reading;
    }
    await eventually("none is open", () => timesOpen() === 0);
  });

  test("is closed when its reader goes away in the middle", async () => {
    if (timesOpen() === undefined) return;
    const server = ("Bun" in globalThis ? serveOnBun : serveOnDeno)({
      ...{ host: "127.0.0.1", port: 0 },
      handle: () => serve(),
    });
    try {
      const reader = connect(server.port, "127.0.0.1");
      reader.write("GET / HTTP/1.1\r\nHost: phone.example\r\n\r\n");
      await new Promise((resolve) => reader.once("data", resolve));
      reader.pause();
      await eventually("it is open", () => timesOpen() === 1);
      reader.destroy();
      await eventually("it is closed", () => timesOpen() === 0);
    } finally {
      await server.stop();
    }
  });

  test("that shrinks meanwhile ends where it ends", async () => {
    const whole = await serve();
    writeFileSync(path, bytes.subarray(0, 100_000));
    expect((await whole.arrayBuffer()).byteLength).toBe(100_000);
    writeFileSync(path, bytes);
  });

  test("that is taken away before it is read fails, and is not there when it is asked for", async () => {
    const late = await serve();
    rmSync(path);
    await expect(late.arrayBuffer()).rejects.toThrow("ENOENT");
    await expect(serve()).rejects.toThrow("It was taken away");
    writeFileSync(path, bytes);
  });
});
