/** Chromium without a window, and with a recording for a microphone: a person who opens a page. */
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { findChromium } from "./needs.ts";
import { wait } from "./wait.ts";
import { type WavSound, writeWav } from "./wav_file.ts";

/** What a page is opened with. */
export interface PageOptions {
  /** Of the window, in CSS pixels. @default 1280 */
  readonly width?: number;
  /** @default 800 */
  readonly height?: number;
  /** Whether the person prefers dark colours. @default false */
  readonly dark?: boolean;
  /** Runs before anything of the page itself does: to watch what the page uses. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** Who the browser is started as. */
export interface ChromiumOptions {
  /** What the microphone hears, once, each time it is opened. @default a second of silence */
  readonly spoken?: WavSound;
  /** Whether there is a microphone and who asks for it is let have it. @default true */
  readonly microphone?: boolean;
  /** More flags. @default [] */
  readonly args?: readonly string[];
}

const SILENCE: WavSound = { sampleRate: 48_000, samples: new Int16Array(48_000) };

/** A running browser with a profile of its own, which is gone when it is. */
export class Chromium implements AsyncDisposable {
  /** What puppeteer says it can do. */
  readonly browser: Browser;
  #folder: string;
  /** Profiles of pages that were closed, on their way out. */
  #closing = new Set<Promise<void>>();

  private constructor(browser: Browser, folder: string) {
    this.browser = browser;
    this.#folder = folder;
  }

  /** Starts one, which ends by itself when the tests do, however they end: it is led by a pipe. */
  static async start(options: ChromiumOptions = {}): Promise<Chromium> {
    const { spoken = SILENCE, args = [] } = options;
    const folder = mkdtempSync(join(tmpdir(), "chromium-"));
    putMicrophone(folder, spoken);
    try {
      const browser = await puppeteer.launch({
        executablePath: pathOf(findChromium() ?? "chromium"),
        pipe: true,
        userDataDir: join(folder, "profile"),
        defaultViewport: null,
        args: [...flags(folder, options), ...args],
        // Debian's launcher and crash reports look into the home folder.
        env: { ...process.env, HOME: folder },
      });
      // A pipe that breaks off when the browser is killed is no surprise to anybody.
      for (const pipe of browser.process()?.stdio ?? []) pipe?.on("error", () => {});
      return new Chromium(browser, folder);
    } catch (cause) {
      await remove(folder);
      throw cause;
    }
  }

  /** The number the system knows it by. */
  get pid(): number {
    return this.browser.process()?.pid ?? -1;
  }

  /** Gives the microphone something else to hear, from the next time it is opened. */
  speak(spoken: WavSound): void {
    putMicrophone(this.#folder, spoken);
  }

  /** Opens a page in a profile of its own, and closes that with the page. */
  async openPage(url: string, options: PageOptions = {}): Promise<Page> {
    const { width = 1280, height = 800, dark = false, prepare } = options;
    const context = await this.browser.createBrowserContext();
    const page = await context.newPage();
    page.once("close", () => {
      const closing = context.close().catch(() => {});
      this.#closing.add(closing);
      void closing.then(() => this.#closing.delete(closing));
    });
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
    ]);
    await prepare?.(page);
    await page.goto(url);
    return page;
  }

  /** Ends it at once, with all its pages and its profile. */
  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.browser.process();
    // Its pipes may break when it dies, and by then nobody else listens.
    for (const pipe of child?.stdio ?? []) pipe?.on("error", () => {});
    await Promise.all(this.#closing);
    await this.browser.disconnect();
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      process.kill(this.pid, "SIGKILL");
      await ended;
    }
    await remove(this.#folder);
  }
}

function microphoneIn(folder: string): string {
  return join(folder, "microphone.wav");
}

function putMicrophone(folder: string, { sampleRate, samples }: WavSound): void {
  // Chromium says the last few ms again and again once a recording is over: let them be silence.
  const ended = new Int16Array(samples.length + sampleRate / 2);
  ended.set(samples);
  writeWav(microphoneIn(folder), { sampleRate, samples: ended });
}

function flags(folder: string, { microphone = true }: ChromiumOptions): string[] {
  const hearing = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-audio-capture=${microphoneIn(folder)}%noloop`,
  ];
  return [
    // Chromium's own walls need rights that root of a container does not have.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-gpu",
    "--mute-audio",
    ...(microphone ? hearing : []),
  ];
}

function pathOf(name: string): string {
  if (name.includes("/")) return name;
  const folder = (process.env.PATH ?? "").split(":").find((path) => existsSync(join(path, name)));
  return join(folder ?? "", name);
}

async function remove(folder: string): Promise<void> {
  for (let left = 100;; left--) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      // The browser's children notice a moment after it that it is gone, and may write until then.
      if (left === 0) throw error;
      await wait(50);
    }
  }
}
