import { describe, expect, test } from "bun:test";
import { pageModule } from "../../../support/page_module.ts";

interface ServerEvent {
  readonly type: string;
  readonly data: string;
  readonly id: string;
}

const { EventParser } = await pageModule<
  { EventParser: new () => { push(text: string): ServerEvent[] } }
>("shared/event_parser.js");

const TEXT =
  ': a comment\r\nid: 7\nevent: call\rdata: {"a":\ndata: 1}\n\ndata:x\n\nevent: none\n\n';
const EVENTS = [
  { type: "call", data: '{"a":\n1}', id: "7" },
  { type: "message", data: "x", id: "7" },
];

describe("EventParser", () => {
  test("reads events with all ends of lines, several lines of data and comments", () => {
    expect(new EventParser().push(TEXT)).toEqual(EVENTS);
  });

  test("reads the same however the text is cut", () => {
    for (let size = 1; size < TEXT.length; size++) {
      const parser = new EventParser();
      const events: ServerEvent[] = [];
      for (let at = 0; at < TEXT.length; at += size) {
        events.push(...parser.push(TEXT.slice(at, at + size)));
      }
      expect([size, events]).toEqual([size, EVENTS]);
    }
  });

  test("keeps what is not finished", () => {
    const parser = new EventParser();
    expect(parser.push("data: a\n")).toEqual([]);
    expect(parser.push("\n")).toEqual([{ type: "message", data: "a", id: "" }]);
  });

  test("takes no number with a zero byte for a place", () => {
    const [event] = new EventParser().push("id: 1\0\ndata: a\n\n");
    expect(event.id).toBe("");
  });
});
