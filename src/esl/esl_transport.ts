/** The seam between an event socket and all that is made of its frames. */

import type { EslFrame, EslFramer } from "./esl_frame.ts";
import type { EslSocket } from "./esl_socket.ts";

/** A connection to FreeSWITCH: frames come in, commands go out. Nothing here throws. */
export interface EslTransport {
  /** Sends the text of a command. After the end it does nothing. */
  send(command: string): void;
  /** Reads no more while held, so that FreeSWITCH keeps what it has to say. */
  hold(isHeld: boolean): void;
  /** Ends the connection: at once, or when what was sent is out. */
  close(when: "now" | "sent"): void;
}

/** Who a transport tells. */
export interface EslTransportHandlers {
  /** A frame came. What this throws goes no further. */
  onFrame(frame: EslFrame): void;
  /** Called once: the connection is over, or was never made. The error says why if it is known. */
  onClose(error: Error | undefined): void;
}

/** Makes a transport of a socket. */
export type EslTransportMaker = (
  socket: EslSocket,
  handlers: EslTransportHandlers,
) => EslTransport;

/** A transport over a socket, by whatever cuts its bytes into frames. */
export function framedTransport(
  socket: EslSocket,
  framer: EslFramer,
  handlers: EslTransportHandlers,
): EslTransport {
  let fault: Error | undefined;
  let isOver = false;
  socket.onData = (data) => {
    if (isOver) return;
    for (const item of framer.push(data)) {
      if ("fault" in item) {
        fault = new Error(item.text);
        isOver = true;
        // Where the next frame begins cannot be known any more.
        socket.destroy();
        return;
      }
      try {
        handlers.onFrame(item);
      } catch {
        // The frames behind it are for others.
      }
      if (isOver) return;
    }
  };
  socket.onClose = (error) => {
    isOver = true;
    handlers.onClose(fault ?? error);
  };
  return {
    send: (command) => socket.write(command),
    hold: (isHeld) => isHeld ? socket.pause() : socket.resume(),
    close: (when) => {
      if (when === "sent") return socket.end();
      isOver = true;
      socket.destroy();
    },
  };
}
