/** A person at the telephone's page. */
import type { Page } from "puppeteer-core";
import type { Chromium, PageOptions } from "./chromium.ts";
import { type PageSound, recordSound, soundOf } from "./page_sound.ts";

/** How somebody opens the page. */
export interface PhonePageOptions extends PageOptions {
  /** Whether the browser takes away echo and noise, which changes what it hears. @default false */
  readonly filters?: boolean;
  /** Whether the sound is recorded. @default false */
  readonly record?: boolean;
}

/** What the page is doing. */
export type PhonePageState = "ready" | "calling" | "talking" | "over";

/** The telephone's page, open in a browser. */
export class PhonePage implements AsyncDisposable {
  /** The browser's page. */
  readonly page: Page;
  /** What the page's scripts threw, and what its policy kept from running. */
  readonly faults: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the page at a URL. */
  static async open(
    chromium: Chromium,
    url: string,
    { filters = false, record = false, ...options }: PhonePageOptions = {},
  ): Promise<PhonePage> {
    let opened: PhonePage | undefined;
    await chromium.openPage(url, {
      ...options,
      prepare: async (page) => {
        const { faults } = opened = new PhonePage(page);
        page.on("pageerror", (error) => faults.push(String(error)));
        page.on("console", (message) => {
          const text = message.text();
          if (message.type() !== "error" || text.startsWith("Failed to load resource")) return;
          if (!text.startsWith("WebSocket connection")) faults.push(text);
        });
        const sound = JSON.stringify({ filters });
        await page.evaluateOnNewDocument(
          `localStorage.getItem("sofia-phone.sound") ?? localStorage.setItem("sofia-phone.sound", '${sound}')`,
        );
        if (record) await recordSound(page);
        await options.prepare?.(page);
      },
    });
    return opened!;
  }

  /** Opens it and calls. */
  static async call(
    chromium: Chromium,
    url: string,
    options: PhonePageOptions = {},
  ): Promise<PhonePage> {
    const opened = await PhonePage.open(chromium, url, options);
    await opened.press("call");
    await opened.reaches("talking");
    return opened;
  }

  /** Presses the button of this id. */
  async press(id: string): Promise<void> {
    await this.page.click(`#${id}`);
  }

  /** Waits until the page's call has come so far. */
  async reaches(state: PhonePageState): Promise<void> {
    const selector = `body[data-state="${state}"]`;
    await this.page.waitForSelector(selector, { timeout: 15_000 }).catch(async (cause) => {
      const said = await Promise.all(["status", "hint", "fault"].map((id) => this.text(`#${id}`)));
      throw new Error(`The page is not ${state} but says: ${said.join(" / ")}`, { cause });
    });
  }

  /** Waits until an expression of the page holds. */
  async until(expression: string): Promise<void> {
    await this.page.waitForFunction(expression, { polling: 30, timeout: 15_000 });
  }

  /** What is written in an element. */
  async text(selector: string): Promise<string> {
    return await this.value(
      `document.querySelector(${JSON.stringify(selector)}).textContent.trim()`,
    );
  }

  /** What an expression of the page is. */
  async value<Value>(expression: string): Promise<Value> {
    return await this.page.evaluate(expression) as Value;
  }

  /** What was said and heard so far, if it is recorded. */
  sound(): Promise<PageSound> {
    return soundOf(this.page);
  }

  /** Closes the page. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.page.isClosed()) await this.page.close();
  }
}
