/**
 * UDP sockets as streams, with one small adapter for each runtime. The one place where packets are
 * dropped, and counted.
 *
 * @module
 */
export * from "./datagram_socket.ts";
export * from "./open_datagram_socket.ts";
export * from "./port_pool.ts";
