/**
 * The least a phone could do: sends each datagram back to where it came from, as a process of its own.
 *
 * What the callers see of it is what the machine and they themselves cost. Prints its port.
 */
import { createSocket } from "node:dgram";
import process from "node:process";

const isDeno = "Deno" in globalThis;
const socket = createSocket({ type: "udp4", ...(isDeno && { recvBufferSize: 2048 }) });
socket.on("message", (bytes, { address, port }) => socket.send(bytes.slice(), port, address));
socket.bind(0, "127.0.0.1", () => process.stdout.write(`ready: ${socket.address().port}\n`));
