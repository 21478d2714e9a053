/**
 * Ways to call that are not SIP: a browser, Twilio Media Streams, Asterisk AudioSocket.
 *
 * @module
 */
export * from "./message_socket.ts";
