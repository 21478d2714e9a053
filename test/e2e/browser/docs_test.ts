/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { echo } from "../../../src/backend/mod.ts";
import { type HttpServer, serveHttp } from "../../../src/http/mod.ts";
import { PhoneHandler } from "../../../src/phone/mod.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { findChromium } from "../../support/needs.ts";

const isMissing = findChromium() === undefined;
const chromium = chromiumOfFile();
let phone: PhoneHandler;
let server: HttpServer;

beforeAll(async () => {
  phone = new PhoneHandler({ voiceBackend: echo(), sipPort: 0, admission: false });
  await phone.start();
  server = await serveHttp({ phone, port: 0 });
});

afterAll(async () => {
  await server.stop();
  await phone.stop();
});

describe.skipIf(isMissing)("the page of the API", () => {
  test(
    "shows each operation, lets one be tried, and the browser finds no fault in it",
    async () => {
      const faults: string[] = [];
      const page = await (await chromium()).openPage(`${server.url}/docs#get-status`, {
        prepare: (page) => {
          page.on("pageerror", (error) => void faults.push(String(error)));
          page.on("console", (message) => void faults.push(message.text()));
          return Promise.resolve();
        },
      });
      // What the address names is open.
      const button = await page.waitForSelector("#get-status[open] form button");
      const document = await (await fetch(`${server.url}/openapi.json`)).json();
      const operations = Object.values(document.paths as object).flatMap(Object.keys).length;
      expect((await page.$$("#operations details")).length).toBe(operations);
      const shapes = Object.keys(document.components.schemas).length;
      expect((await page.$$("#shapes details")).length).toBe(shapes);
      await button!.evaluate((element) => (element as HTMLElement).click());
      const result = await page.waitForFunction(() => {
        const text = globalThis.document.querySelector("#get-status form pre")?.textContent;
        return text?.includes("uptimeMs") ? text : undefined;
      });
      expect(await result.jsonValue()).toContain('"isReady": true');
      expect(faults).toEqual([]);
      await page.close();
    },
    60_000,
  );
});
