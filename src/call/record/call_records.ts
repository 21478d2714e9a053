/** The records of all calls of a phone. */

import { type Clock, within } from "../../clock/mod.ts";
import type { ConversationEvent } from "../../media/mod.ts";
import type { Call } from "../call.ts";
import type { CallEnd } from "../call_events.ts";
import type { CallRecord } from "./call_record.ts";
import { CallRecorder } from "./call_recorder.ts";
import type { RecordDisk } from "./record_disk.ts";
import { RecordFile } from "./record_file.ts";
import type { TurnTiming } from "./turn_timing.ts";

/** How long a record waits for the name of the recording, in ms: the disk may be slow. */
const RECORDING_MS = 10_000;

/** Which records of calls are kept, and where. */
export interface CallRecordsOptions {
  /** The file to which each call adds one line of JSON. @default none: records are only told */
  readonly path?: string;
  /**
   * Whether records have what was said: without it they have who, when, how long and how well.
   * @default false
   */
  readonly words?: boolean;
}

/** What {@link CallRecords} need of a phone. */
export interface CallRecordsContext extends CallRecordsOptions {
  /** Time. */
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Told each turn of a call when its answer is over. @default nobody is told */
  readonly onTurn?: (call: Call, turn: TurnTiming) => void;
  /** Told the record of each call that is over. */
  readonly onRecord: (call: Call, record: CallRecord) => void;
  /** Told when records cannot be written, once until they can be again. */
  readonly onError: (error: Error) => void;
  /** Where the file is kept. @default the machine's disk */
  readonly disk?: RecordDisk;
}

/** Makes the record of each call, tells it, and writes it to a file. */
export class CallRecords {
  readonly #context: CallRecordsContext;
  readonly #file: RecordFile | undefined;
  readonly #recorders = new Map<Call, CallRecorder>();
  readonly #finishing = new Set<Promise<void>>();

  /** No call is there yet. */
  constructor(context: CallRecordsContext) {
    const { path } = context;
    this.#context = context;
    this.#file = path === undefined ? undefined : new RecordFile({ ...context, path });
  }

  /** What became of the writes; undefined where records are only told. */
  get file(): { readonly givenUp: number; readonly waiting: number } | undefined {
    return this.#file;
  }

  /** A call came, or is begun. */
  begin(call: Call): void {
    this.#recorders.set(call, new CallRecorder(call, this.#context));
  }

  /** Something happened in a conversation. */
  note(call: Call, event: ConversationEvent): void {
    this.#recorders.get(call)?.note(event);
  }

  /** A call was answered. */
  answered(call: Call): void {
    this.#recorders.get(call)?.answered();
  }

  /** A call is over: its record is told and written when its recording has got its name. */
  end(call: Call, end: CallEnd): void {
    const recorder = this.#recorders.get(call);
    if (recorder === undefined) return;
    this.#recorders.delete(call);
    const finish = recorder.end(end);
    const { recording } = call;
    const named = recording === undefined
      ? Promise.resolve()
      : within(this.#context.clock, recording.ended, RECORDING_MS);
    const finishing = named.then(() => {
      const outcome = recording?.state === "finished" || recording?.state === "failed"
        ? recording.state
        : undefined;
      const record = finish(recording && { path: recording.path, ...(outcome && { outcome }) });
      this.#context.onRecord(call, record);
      this.#file?.append(record);
    })
      // A record that cannot be made costs itself, and not the process.
      .catch((error) => this.#context.onError(error))
      .finally(() => this.#finishing.delete(finishing));
    this.#finishing.add(finishing);
  }

  /** Resolves when the records of all calls that are over are written, or cannot be. */
  async close(): Promise<void> {
    await Promise.all(this.#finishing);
    await this.#file?.close();
  }
}
