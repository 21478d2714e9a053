/** Ports of 127.0.0.1 that nobody else uses, also when several test runs share the machine. */
import { createSocket, type Socket } from "node:dgram";
import { createServer, type Server } from "node:net";
import process from "node:process";

/** Ports below the kernel's ephemeral range, so that no socket bound to port 0 takes one. */
const FIRST = 10_000;
const LAST = 32_000;
/** Ports that are claimed together. */
const BLOCK = 20;

/** A run of UDP ports that this process holds until it gives it back. */
export interface PortRange extends AsyncDisposable {
  /** The lowest port; even. */
  readonly start: number;
  /** The highest port. */
  readonly end: number;
}

/** A UDP socket bound to a port of 127.0.0.1; 0 means any. */
export function bindUdp(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.bind(port, "127.0.0.1", () => {
      socket.off("error", reject);
      // Whom it sends to may have been killed: some runtimes say so here, and what it means is seen elsewhere.
      socket.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "ECONNREFUSED") throw error;
      });
      resolve(socket);
    });
  });
}

/** Resolves when the socket has let go of its port. */
export function closeUdp(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

/** A TCP listener bound to a port of 127.0.0.1. */
export function listenTcp(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

/** Resolves when the listener has let go of its port. */
export function closeTcp(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/**
 * Finds `count` UDP ports in a row.
 *
 * Ports are claimed by blocks: a TCP listener on the first port of each stands for it, which is how test
 * runs keep out of each other's way, however many ports each of them wants; UDP and TCP have ports of
 * their own.
 */
export async function claimPorts(count: number): Promise<PortRange> {
  const blocks = Math.ceil(count / BLOCK);
  const places = Math.floor((LAST - FIRST) / BLOCK) - blocks + 1;
  // Where a run begins to look does not matter; that two runs begin at different places saves time.
  const first = process.pid * 389 % places;
  for (let step = 0; step < places; step++) {
    const start = FIRST + (first + step) % places * BLOCK;
    const claims = await claimBlocks(start, blocks);
    const release = async () => void await Promise.all(claims.map(closeTcp));
    if (claims.length === blocks && await allFree(start, count)) {
      return { start, end: start + count - 1, [Symbol.asyncDispose]: release };
    }
    await release();
  }
  throw new Error(`Cannot find ${count} free ports in a row on this machine`);
}

/** Claims blocks from `start` on, up to the first that somebody else has. */
async function claimBlocks(start: number, blocks: number): Promise<Server[]> {
  const claims: Server[] = [];
  while (claims.length < blocks) {
    const claim = await listenTcp(start + claims.length * BLOCK).catch(() => undefined);
    if (claim === undefined) break;
    // A claim that nobody gives back is over with the process, and keeps none from ending.
    claims.push(claim.unref());
  }
  return claims;
}

async function allFree(start: number, count: number): Promise<boolean> {
  for (let port = start; port < start + count; port++) {
    const socket = await bindUdp(port).catch(() => undefined);
    if (socket === undefined) return false;
    await closeUdp(socket);
  }
  return true;
}

/** Ports for one program each, below those of the ranges; sipp takes some of those after its own. */
const FIRST_SINGLE = 7002;
const APART = 8;
const SINGLES = 374;
let given = 0;
/** Claims of the ports that were given last, whose programs may not have taken them yet. */
const claims: Server[] = [];
const CLAIMS = 20;

/**
 * A port of 127.0.0.1 that is free for UDP and TCP at this moment, as is the one above it. Below the
 * ephemeral range, as a connection of anybody would take it before the program that it is for. A TCP
 * listener seven ports above stands for it until its program has had time to begin: no other run gets it.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < SINGLES; tries++) {
    const port = FIRST_SINGLE + APART * ((process.pid * 7 + given++) % SINGLES);
    const claim = await listenTcp(port + APART - 1).catch(() => undefined);
    if (claim === undefined) continue;
    if (await isFree(port) && await isFree(port + 1)) {
      claims.push(claim.unref());
      if (claims.length > CLAIMS) await closeTcp(claims.shift()!);
      return port;
    }
    await closeTcp(claim);
  }
  throw new Error("Cannot find a free port on this machine");
}

async function isFree(port: number): Promise<boolean> {
  const server = await listenTcp(port).catch(() => undefined);
  if (server === undefined) return false;
  await closeTcp(server);
  return await allFree(port, 1);
}
