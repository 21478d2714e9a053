import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
import modesl from "modesl";
import { bytesFromFreeSwitch } from "../support/esl_recording.ts";

interface Parser extends EventEmitter {
  readonly buffer: Uint8Array;
}

const { Parser } = modesl as unknown as { Parser: new (socket: EventEmitter) => Parser };

/** modesl's parser as it is, its socket, and what it has emitted. */
function bare(): { socket: EventEmitter; bodies: unknown[]; parser: Parser } {
  const socket = new EventEmitter();
  const parser = new Parser(socket);
  const bodies: unknown[] = [];
  parser.on("esl::event", (_event, _headers, body) => void bodies.push(body));
  return { socket, bodies, parser };
}

// When one of these fails, modesl has been repaired there, and a guard in src/esl/modesl.ts may go.
describe("modesl without its guards", () => {
  test("dies of the recorded bytes of a caller whose name is Latin-1", () => {
    const { socket } = bare();
    const bytes = Buffer.from(bytesFromFreeSwitch("outbound-latin1-name"));
    expect(() => socket.emit("data", bytes)).toThrow(URIError);
  });

  test("dies of a bare percent sign", () => {
    const { socket } = bare();
    expect(() => socket.emit("data", Buffer.from("Name: 100%\n\n"))).toThrow(URIError);
  });

  test("takes a negative length for one", () => {
    const { socket, bodies } = bare();
    socket.emit("data", Buffer.from("Content-Length: -2\n\nabcdA: 1\n\n"));
    expect(bodies[0]).not.toBe(undefined);
  });

  test("loses the rest of a chunk when a listener throws", () => {
    const { socket, parser, bodies } = bare();
    parser.on("esl::event", () => {
      throw new Error("mine");
    });
    expect(() => socket.emit("data", Buffer.from("A: 1\n\nA: 2\n\n"))).toThrow("mine");
    expect(bodies.length).toBe(1);
  });

  test("holds all that was ever said to it until a body is there", () => {
    const { socket, parser } = bare();
    socket.emit("data", Buffer.from("Content-Length: 99999999999\n\n"));
    for (let i = 0; i < 20; i++) socket.emit("data", Buffer.alloc(1024));
    expect(parser.buffer.length).toBe(20 * 1024);
  });
});
