export * from "./datagram_socket.ts";
