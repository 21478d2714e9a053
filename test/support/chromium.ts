/** Chromium without a window, and with a recording for a microphone: a person who opens a page. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { findChromium } from "./needs.ts";
import { Program } from "./program.ts";
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
  #program: Program;
  #folder: string;

  private constructor(browser: Browser, program: Program, folder: string) {
    this.browser = browser;
    this.#program = program;
    this.#folder = folder;
  }

  /** Starts one. It is a program of ours, so that it dies with the tests whatever becomes of them. */
  static async start(options: ChromiumOptions = {}): Promise<Chromium> {
    const { spoken = SILENCE, args = [] } = options;
    const folder = mkdtempSync(join(tmpdir(), "chromium-"));
    writeWav(microphoneIn(folder), spoken);
    const name = findChromium() ?? "chromium";
    const program = new Program(name, [...flags(folder, options), ...args, "about:blank"], {
      // Debian's launcher and crash reports look into the home folder.
      env: { HOME: folder },
    });
    try {
      const [, browserWSEndpoint] = await program.says(/DevTools listening on (ws:\S+)/, 30_000);
      const browser = await puppeteer.connect({ browserWSEndpoint, defaultViewport: null });
      return new Chromium(browser, program, folder);
    } catch (cause) {
      await end(program, folder);
      throw cause;
    }
  }

  /** The number the system knows it by. */
  get pid(): number {
    return this.#program.pid;
  }

  /** Gives the microphone something else to hear, from the next time it is opened. */
  speak(spoken: WavSound): void {
    writeWav(microphoneIn(this.#folder), spoken);
  }

  /** Opens a page in a profile of its own, and closes that with the page. */
  async openPage(url: string, options: PageOptions = {}): Promise<Page> {
    const { width = 1280, height = 800, dark = false, prepare } = options;
    const context = await this.browser.createBrowserContext();
    const page = await context.newPage();
    page.once("close", () => void context.close().catch(() => {}));
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
    await this.browser.disconnect();
    await end(this.#program, this.#folder);
  }
}

function microphoneIn(folder: string): string {
  return join(folder, "microphone.wav");
}

function flags(folder: string, { microphone = true }: ChromiumOptions): string[] {
  const hearing = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-audio-capture=${microphoneIn(folder)}%noloop`,
  ];
  return [
    "--headless",
    "--remote-debugging-port=0",
    `--user-data-dir=${join(folder, "profile")}`,
    // Chromium's own walls need rights that root of a container does not have.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-features=Translate,MediaRouter",
    // A page that nobody looks at is heard all the same.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-first-run",
    "--password-store=basic",
    ...(microphone ? hearing : []),
  ];
}

async function end(program: Program, folder: string): Promise<void> {
  await program[Symbol.asyncDispose]();
  // Its children notice a moment later that it is gone, and may write until then.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
