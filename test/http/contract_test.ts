import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../src/clock/mod.ts";
import type { HttpOptions } from "../../src/http/mod.ts";
import { ApiContract, type Promised } from "../support/api_contract.ts";
import { idleSite } from "../support/phone_site.ts";
import { turnOfEvents } from "../support/wait.ts";

type App = ReturnType<typeof idleSite>["app"];

const TOKEN = "a-token-that-nobody-guesses";
const contract = await ApiContract.of(idleSite({ token: TOKEN }).app);
const names = (filter: (promised: Promised) => boolean = () => true) =>
  contract.promised.filter(filter).map(({ method, path, operation }) =>
    [`${method} ${path}`, operation] as const
  );
const guarded = names(({ operation }) => operation.security === undefined);
const open = names(({ operation }) => operation.security !== undefined);
const bodied = names(({ operation }) => operation.requestBody !== undefined);
/** Those that are not always answered. */
const limited = names(({ operation }) => "429" in operation.responses);
const named = names(({ path }) => path.includes("{id}"));

/** What is asked, and of whom: a phone of its own unless told. */
type Asked = RequestInit & { host?: string; app?: App };

/** Asks what `name` says of a phone that has no calls, and has the answer checked. */
async function ask(name: string, http: HttpOptions, init: Asked = {}) {
  const [method, template] = name.split(" ");
  const path = template.replace("{id}", "nobody");
  const { host = "localhost", app = idleSite(http).app, ...rest } = init;
  const response = await app.request(`http://${host}${path}`, { method, ...rest });
  const { status } = response;
  const body = await contract.check(method, path, response) as { type: string };
  return { status, type: body?.type?.split(":").at(-1), body, response };
}

const json = (body: BodyInit) => ({ headers: { "Content-Type": "application/json" }, body });

describe("the document", () => {
  test("is OpenAPI 3.1, and says what each of its operations is for", () => {
    const { openapi, info } = contract.document as unknown as Record<string, { title: string }>;
    expect([openapi, info.title]).toEqual(["3.1.0", "sofia-phone"]);
    expect(names().length - limited.length).toBe(2);
    for (const [name, { summary }] of names()) expect([name, summary]).not.toEqual([name, ""]);
    expect(contract.promised.length).toBeGreaterThan(20);
  });

  test("has a schema for each reference in it", () => {
    const text = JSON.stringify(contract.document);
    const references = text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
    for (const [, name] of references) {
      expect([name, name in contract.document.components.schemas]).toEqual([name, true]);
    }
  });

  test("has an example of each body, which is as its schema says", () => {
    for (const [name, operation] of bodied) {
      const example = contract.exampleOf(operation);
      expect([name, contract.isAsPromised(operation, example)]).toEqual([name, true]);
      expect([name, contract.isAsPromised(operation, 7)]).toEqual([name, false]);
    }
  });
});

describe("each operation keeps what the document says", () => {
  test.each(guarded)("without a token: %s", async (name) => {
    const { status, response } = await ask(name, { token: TOKEN });
    expect([status, response.headers.get("WWW-Authenticate")?.startsWith("Bearer")])
      .toEqual([401, true]);
  });

  test.each(guarded)("with a wrong token: %s", async (name) => {
    const headers = { Authorization: `Bearer ${TOKEN}x` };
    expect((await ask(name, { token: TOKEN }, { headers })).status).toBe(401);
  });

  test.each(open)("without a token where none is needed: %s", async (name) => {
    expect([200, 503]).toContain((await ask(name, { token: TOKEN })).status);
  });

  test.each(guarded)("by another name, where there is no token: %s", async (name) => {
    expect((await ask(name, {}, { host: "rebound.example" })).type).toBe("forbidden");
  });

  test.each(guarded)("from a page of another site, where there is no token: %s", async (name) => {
    const headers = { Origin: "http://evil.example" };
    expect((await ask(name, {}, { headers })).type).toBe("forbidden");
  });

  test.each(limited)("too often: %s", async (name) => {
    const { app } = idleSite({ limits: { requestBurst: 1 } });
    await app.request("http://localhost/openapi.json");
    const { type, response } = await ask(name, {}, { app });
    expect([type, Number(response.headers.get("Retry-After")) > 0]).toEqual(["too-many", true]);
  });

  test.each(limited)("with others at the same time: %s", async (name) => {
    expect((await ask(name, { limits: { requests: 0 } })).type).toBe("busy");
  });

  test.each(limited)("with a path that is too long: %s", async (name) => {
    const [method, template] = name.split(" ");
    const path = `${template.replace("{id}", "nobody")}?x=${"a".repeat(9000)}`;
    const response = await idleSite().app.request(`http://localhost${path}`, { method });
    expect((await contract.check(method, path, response) as { type: string }).type)
      .toBe("urn:sofia-phone:uri-too-long");
  });

  test.each(bodied)("with a body that is no JSON: %s", async (name) => {
    const { type, body } = await ask(name, {}, json('{"to":'));
    expect([type, (body as unknown as { faults: unknown[] }).faults.length])
      .toEqual(["bad-request", 1]);
  });

  test.each(bodied)("with a field that it does not know: %s", async (name, operation) => {
    const example = contract.exampleOf(operation) as object;
    const { type, body } = await ask(name, {}, json(JSON.stringify({ ...example, wrong: 1 })));
    expect([type, (body as unknown as { faults: { path: string }[] }).faults[0].path])
      .toEqual(["bad-request", "/wrong"]);
  });

  test.each(bodied)("with a body of another type: %s", async (name) => {
    expect((await ask(name, {}, { body: "to=1" })).status).toBe(415);
  });

  test.each(bodied)("with a body that is too large, as it says or not: %s", async (name) => {
    const limits = { bodyBytes: 100 };
    const large = "1".repeat(101);
    expect((await ask(name, { limits }, json(large))).status).toBe(413);
    const stream = new Blob([large]).stream();
    expect((await ask(name, { limits }, { ...json(stream), duplex: "half" } as RequestInit)).status)
      .toBe(413);
  });

  test.each(bodied)("with a body that does not come: %s", async (name) => {
    const clock = new VirtualClock();
    const never = { ...json(new ReadableStream()), duplex: "half" } as RequestInit;
    const asking = ask(name, { clock, limits: { bodyMs: 500 } }, never);
    while (clock.pending === 0) await turnOfEvents();
    await clock.advance(500);
    expect((await asking).type).toBe("too-slow");
  });

  test.each(named)("for a call that is not there: %s", async (name, operation) => {
    const body = operation.requestBody === undefined
      ? {}
      : json(JSON.stringify(contract.exampleOf(operation)));
    expect((await ask(name, {}, body)).type).toBe("no-such-call");
  });
});
