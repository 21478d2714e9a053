/** One connection to FreeSWITCH, from its first frame to its last. */

import { type Timer, uuid } from "../clock/mod.ts";
import { ApplicationNames } from "./application_names.ts";
import { type CommandParts, commandText, oneLine, oneWord } from "./command_text.ts";
import type { ConnectionContext } from "./connection_options.ts";
import type { EslCommandOptions, EslControl } from "./esl_control.ts";
import { EslAuthError, EslClosedError, EslError, EslRefusedError } from "./esl_error.ts";
import type { EslEvent } from "./esl_event.ts";
import type { EslFrame } from "./esl_frame.ts";
import { type EslReply, isRefusal, replyOf } from "./esl_reply.ts";
import type { EslSocket } from "./esl_socket.ts";
import type { EslTransport, EslTransportMaker } from "./esl_transport.ts";
import { EventInbox } from "./event_inbox.ts";
import { fieldsOf } from "./event_fields.ts";
import { eventOf } from "./events/event_map.ts";
import type { EslExecuteEvent } from "./events/execute_event.ts";
import { decodeText } from "./lenient_text.ts";
import { PendingWork } from "./pending_work.ts";
import { ReplyQueue } from "./reply_queue.ts";

/** How long events are handed over before calls have their turn, in ms. */
const SLICE_MS = 2;
/** How long FreeSWITCH has to close its end after we have closed ours, in ms. */
const HANG_UP_MS = 2000;

/** Who a connection tells. */
export interface ConnectionHandlers {
  /** An event, in the order they came. */
  onEvent(event: EslEvent): void;
  /** FreeSWITCH wants the password. */
  onAuthRequest?(): void;
  /** The channel of this connection has hung up, and the connection stays for a while. */
  onLinger?(): void;
  /** Anything came: FreeSWITCH is alive. */
  onSign?(): void;
  /** Called once. Everything that was waited for is rejected. */
  onClose(error: EslError): void;
}

/** What is executed and how long it may take. */
export interface ExecuteOptions extends EslCommandOptions {
  /** Whether the next application waits until this one is done. @default true */
  readonly eventLock?: boolean;
  /** How long until the application is done, in ms. The channel's end is always an end. @default for ever */
  readonly timeoutMs?: number;
}

/** Commands, answers and events over one transport. It does not connect again. */
export class EslConnection implements EslControl {
  readonly #context: ConnectionContext;
  readonly #handlers: ConnectionHandlers;
  readonly #applications: ApplicationNames;
  readonly #transport: EslTransport;
  readonly #replies: ReplyQueue;
  readonly #work: PendingWork;
  readonly #inbox: EventInbox<EslFrame>;
  #hangUp: Timer | undefined;
  /** Nothing of the machine is held any more. */
  #isGone = false;
  #end: EslError | undefined;
  /** What FreeSWITCH said before it closed. */
  #notice: EslError | undefined;

  constructor(
    make: { readonly transport: EslTransportMaker; readonly socket: EslSocket },
    context: ConnectionContext,
    handlers: ConnectionHandlers,
    applications: ApplicationNames = new ApplicationNames(),
  ) {
    this.#context = context;
    this.#handlers = handlers;
    this.#applications = applications;
    this.#replies = new ReplyQueue(context.clock);
    this.#work = new PendingWork(context.clock);
    this.#inbox = new EventInbox(
      context.clock,
      { maxWaiting: context.maxWaitingEvents, sliceMs: SLICE_MS, lag: context.lag },
      { deliver: (frame) => this.#deliver(frame), hold: (isHeld) => this.#hold(isHeld) },
    );
    this.#transport = make.transport(make.socket, {
      onFrame: (frame) => this.#receive(frame),
      onClose: (error) => {
        this.#isGone = true;
        this.#hangUp?.cancel();
        this.#closed(error);
      },
    });
  }

  /** Whether commands can be sent. */
  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** How many commands and jobs are under way, and how many events wait. */
  get waiting(): { readonly commands: number; readonly work: number; readonly events: number } {
    return {
      commands: this.#replies.length,
      work: this.#work.size,
      events: this.#inbox.length,
    };
  }

  command(line: string, options: EslCommandOptions = {}): Promise<EslReply> {
    return this.send(line, {}, options);
  }

  /** Sends a command with headers and perhaps a body. Rejects with what it is refused with. */
  async send(
    line: string,
    parts: CommandParts,
    options: EslCommandOptions = {},
  ): Promise<EslReply> {
    const { timeoutMs = this.#context.commandTimeoutMs } = options;
    const text = commandText(line, parts);
    const isApi = line.startsWith("api ");
    const what = `\`${shown(line)}\``;
    if (this.#end !== undefined) throw closedError(what, this.#end);
    if (this.#replies.length >= this.#context.maxPendingCommands) {
      throw new EslError(
        `Cannot send ${what} as at most ${this.#context.maxPendingCommands} commands may wait for their answers`,
      );
    }
    const replied = this.#replies.join(what, { isApi, timeoutMs });
    this.#context.counters.commands++;
    this.#transport.send(text);
    const sentAt = this.#context.clock.now();
    const reply = await replied;
    this.#context.roundTrip.record(this.#context.clock.now() - sentAt);
    if (!isRefusal(reply.text)) return reply;
    throw new EslRefusedError(`Cannot do ${what} as FreeSWITCH says: ${reply.text}`, {
      reply: reply.text,
    });
  }

  async api(command: string, options: EslCommandOptions = {}): Promise<string> {
    return (await this.send(`api ${command}`, {}, options)).text;
  }

  async bgapi(command: string, options: EslCommandOptions = {}): Promise<string> {
    const { timeoutMs = this.#context.jobTimeoutMs } = options;
    const id = uuid(this.#context.random);
    const what = `\`bgapi ${shown(command)}\``;
    const done = await this.#workOn(
      id,
      { what, timeoutMs },
      () => this.send(`bgapi ${command}`, { headers: { "Job-UUID": id } }),
    );
    const result = done.body.replace(/\r?\n$/, "");
    if (!isRefusal(result)) return result;
    throw new EslRefusedError(`Cannot do ${what} as FreeSWITCH says: ${result}`, {
      reply: result,
    });
  }

  /** Runs an application on a channel; resolves when it is done. */
  async execute(
    channel: string,
    application: string,
    argument: string,
    options: ExecuteOptions = {},
  ): Promise<EslExecuteEvent> {
    const { timeoutMs, eventLock = true } = options;
    oneWord("the UUID", channel);
    oneWord("the application", application);
    oneLine("the argument", argument);
    await this.#applications.check(application, (command) => this.api(command));
    const id = uuid(this.#context.random);
    const what = `\`${application}\` on ${channel}`;
    const headers = {
      "call-command": "execute",
      "execute-app-name": application,
      "execute-app-arg": argument === "" ? undefined : argument,
      "event-lock": eventLock ? "true" : undefined,
      "Event-UUID": id,
    };
    return await this.#workOn(
      id,
      { what, channel, timeoutMs },
      () => this.send(`sendmsg ${channel}`, { headers }),
    ) as EslExecuteEvent;
  }

  /** Hangs up a channel; resolves when FreeSWITCH has taken note. */
  async hangup(channel: string, cause: string): Promise<void> {
    oneWord("the UUID", channel);
    const headers = { "call-command": "hangup", "hangup-cause": oneWord("the cause", cause) };
    await this.send(`sendmsg ${channel}`, { headers });
  }

  /** Ends the connection; what waits is rejected. */
  close(reason: EslError = new EslClosedError("The connection was closed by us")): void {
    if (this.#end !== undefined) return;
    this.#notice = reason;
    this.#transport.send("exit\n\n");
    this.#transport.close("sent");
    this.#closed(undefined);
    // `end` may have closed it at once.
    if (this.#isGone) return;
    this.#hangUp = this.#context.clock.setTimer(() => this.#transport.close("now"), HANG_UP_MS);
  }

  /** Ends the connection at once, as nothing more is expected of it. */
  abort(reason: EslError): void {
    if (this.#end !== undefined) return;
    this.#notice = reason;
    this.#transport.close("now");
    this.#closed(undefined);
  }

  /** The work is waited for from before it is asked for, so that no report can come too early. */
  async #workOn(
    id: string,
    options: { what: string; channel?: string; timeoutMs?: number },
    ask: () => Promise<EslReply>,
  ): Promise<EslEvent> {
    const done = this.#work.expect(id, options);
    // Whichever fails first is reported; the other is not to be an unhandled rejection.
    done.catch(() => {});
    const asked = ask();
    asked.catch((error) => this.#work.refuse(id, error));
    return await done;
  }

  #receive(frame: EslFrame): void {
    if (this.#end !== undefined) return;
    this.#context.counters.frames++;
    this.#handlers.onSign?.();
    const type = frame.headers.get("Content-Type");
    switch (type) {
      case "command/reply":
      case "api/response":
        if (!this.#replies.answer(type, replyOf(frame))) this.#context.counters.strayReplies++;
        return;
      case "text/event-json":
      case "text/event-plain":
        return this.#inbox.push(frame);
      case "auth/request":
        return this.#handlers.onAuthRequest?.();
      case "text/disconnect-notice":
        if (frame.headers.get("Content-Disposition") === "linger") {
          // Behind the events that came before it.
          return this.#inbox.push(frame);
        }
        this.#notice ??= new EslClosedError("FreeSWITCH has ended the connection");
        return;
      case "text/rude-rejection":
        this.#notice = new EslAuthError("FreeSWITCH refuses connections from this address", {
          reply: decodeText(frame.body).trim(),
        });
        return;
    }
    this.#context.counters.unreadable++;
  }

  #deliver(frame: EslFrame): void {
    if (frame.headers.get("Content-Type") === "text/disconnect-notice") {
      return this.#handlers.onLinger?.();
    }
    const fields = fieldsOf(frame);
    if (fields === undefined) {
      this.#context.counters.unreadable++;
      return;
    }
    const event = eventOf(fields);
    this.#context.counters.events++;
    this.#work.see(event);
    this.#handlers.onEvent(event);
  }

  #hold(isHeld: boolean): void {
    if (isHeld) this.#context.counters.holds++;
    if (this.#end === undefined) this.#transport.hold(isHeld);
  }

  #closed(cause: Error | undefined): void {
    if (this.#end !== undefined) return;
    const end = this.#notice ??
      new EslClosedError(
        cause === undefined
          ? "The connection to FreeSWITCH is over"
          : `The connection to FreeSWITCH is over: ${cause.message}`,
        { cause },
      );
    this.#end = end;
    this.#replies.fail((what) => closedError(what, end));
    // What has come may still report something.
    this.#inbox.close(() => {
      this.#work.fail((what) => closedError(what, end));
      this.#handlers.onClose(end);
    });
  }
}

function closedError(what: string, end: EslError): EslError {
  const { reply } = end;
  const message = `Cannot do ${what} as the connection is closed: ${end.message}`;
  // A refused login is one for whoever waits for its answer.
  return end instanceof EslAuthError
    ? new EslAuthError(message, { reply, cause: end })
    : new EslClosedError(message, { reply, cause: end });
}

/** A password is not for error messages. */
function shown(line: string): string {
  const safe = line.replace(/^((?:user)?auth) .*/, "$1 ...");
  return safe.length > 80 ? `${safe.slice(0, 80)}...` : safe;
}
