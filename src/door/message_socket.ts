/** A WebSocket, as the doors of a phone see it: whatever server accepted it. */

/**
 * One end of a connection that carries messages: text, or bytes.
 *
 * `WebSocket` of every runtime becomes one (`src/http/web_socket.ts`), and so does a pair of queues.
 */
export interface MessageSocket {
  /**
   * What the other side sends, in its order: text as a string, bytes as they are. Ends when the
   * connection is over, however it ended; cancelling it closes the connection.
   */
  readonly messages: ReadableStream<string | Uint8Array>;
  /** Bytes that were sent and have not left yet: how far behind the other side reads. */
  readonly bufferedAmount: number;
  /** Sends a message; nothing once the connection is closed. Never throws and never waits. */
  send(message: string | Uint8Array): void;
  /**
   * Ends the connection. May be called more than once.
   *
   * @param code a status of RFC 6455 section 7.4: 1000, or 3000-4999
   * @param reason for the other side to read, at most 123 bytes
   */
  close(code?: number, reason?: string): void;
}
