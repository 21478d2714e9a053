/**
 * FreeSWITCH's end of the benchmark, in a process of its own: answers at once, and tells of as many
 * recorded events as it is asked for.
 */
import { createServer, type Socket } from "node:net";
import process from "node:process";
import { EslParser } from "../../src/esl/mod.ts";
import { bytesFromFreeSwitch, joined } from "../../test/support/esl_recording.ts";
import { apiResponse, commandReply } from "../../test/support/scripted_esl.ts";

const STATUS = "FreeSWITCH (Version 1.10.12-release git a88d069) is ready\n".repeat(6);

/** All events of a recorded call, each as it travels. */
const EVENTS = new EslParser().push(bytesFromFreeSwitch("inbound-call-json")).flatMap((item) => {
  if ("fault" in item || item.headers.get("Content-Type") !== "text/event-json") return [];
  const head = `Content-Length: ${item.body.length}\nContent-Type: text/event-json\n\n`;
  return [joined([new TextEncoder().encode(head), item.body])];
});

async function flood(socket: Socket, count: number): Promise<void> {
  for (let sent = 0; sent < count && !socket.destroyed; sent += EVENTS.length) {
    const some = joined(EVENTS.slice(0, Math.min(EVENTS.length, count - sent)));
    if (!socket.write(some)) await new Promise<void>((go) => void socket.once("drain", () => go()));
  }
}

function answer(socket: Socket, command: string): void {
  const count = /^api flood (\d+)/.exec(command)?.[1];
  if (count !== undefined) {
    socket.write(apiResponse("+OK\n"));
    void flood(socket, Number(count));
  } else if (command === "api show channels as json") {
    socket.write(apiResponse('{"row_count":0}'));
  } else if (command.startsWith("api ")) socket.write(apiResponse(STATUS));
  else if (command.startsWith("auth ")) socket.write(commandReply("+OK accepted"));
  else socket.write(commandReply("+OK"));
}

const server = createServer((socket) => {
  let text = "";
  socket.setNoDelay(true);
  socket.setEncoding("utf8");
  socket.on("error", () => {});
  socket.on("data", (data: string) => {
    text += data;
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      answer(socket, text.slice(0, end));
      text = text.slice(end + 2);
    }
  });
  socket.write("Content-Type: auth/request\n\n");
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`ready ${port} ${joined(EVENTS).length / EVENTS.length}\n`);
});
