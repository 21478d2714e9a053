/**
 * Ways to call that are not SIP: a browser, Twilio Media Streams, Asterisk AudioSocket.
 *
 * @module
 */
export * from "./browser_call.ts";
export * from "./door_phone.ts";
export * from "./is_same_secret.ts";
export * from "./message_socket.ts";
export * from "./sound_outlet.ts";
export * from "./twilio_answer.ts";
export * from "./twilio_call.ts";
export { isSignedByTwilio, type SignedRequest } from "./twilio_signature.ts";
export type { AudioSocketCaller, AudioSocketCallOptions } from "./audio_socket_call.ts";
export { type AudioSocketFrame, AudioSocketParser } from "./audio_socket_frames.ts";
export * from "./audio_socket_server.ts";
