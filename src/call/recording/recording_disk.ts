/** What recordings need of a disk. */

/** A file that is being written. */
export interface RecordingFile {
  /**
   * Writes all of `bytes` at `position`; what lies between the end and there becomes zeros. The bytes
   * may change meanwhile: then they are written again.
   */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Resolves when what was written outlives a crash of the machine. */
  sync(): Promise<void>;
  /** Closes it. */
  close(): Promise<void>;
}

/** A file that is there. */
export interface FoundFile {
  /** Bytes. */
  readonly size: number;
  /** When it was written to last, in ms since 1970. */
  readonly writtenAt: number;
}

/** Where recordings are kept: a disk or, in a test, what stands for a slow, full or broken one. */
export interface RecordingDisk {
  /**
   * Opens a file to write; its folders are made.
   *
   * @param isNew whether it must not be there yet; else it must be
   */
  open(path: string, isNew: boolean): Promise<RecordingFile>;
  /** What is known of a file; undefined if there is none. */
  find(path: string): Promise<FoundFile | undefined>;
  /** The text of a small file. */
  read(path: string): Promise<string>;
  /** Writes a small file as a whole: after a crash there is all of it or none. */
  save(path: string, text: string): Promise<void>;
  /** Gives a file another name in its folder. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; one that is not there is no error. */
  remove(path: string): Promise<void>;
  /** The paths of the files in a folder and those in it that end in `ending`; none if it is not there. */
  list(folder: string, ending: string): Promise<string[]>;
}
