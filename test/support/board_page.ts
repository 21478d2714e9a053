/** The board in a browser, with a phone behind it that says what a test has it say. */

import type { ConsoleMessage, ElementHandle, Page } from "puppeteer-core";
import type { Chromium, PageOptions } from "./chromium.ts";
import { WirePhone } from "./wire_phone.ts";

/** A board that is open. */
export class BoardPage implements AsyncDisposable {
  /** The phone behind it. */
  readonly phone: WirePhone;
  /** The browser's page. */
  readonly page: Page;
  /** What the page's scripts threw, and what its policy kept from running. */
  readonly faults: string[] = [];

  private constructor(phone: WirePhone, page: Page) {
    this.phone = phone;
    this.page = page;
  }

  /** Opens the board at `#place`, when `prepare` has told the phone what there is. */
  static async open(
    chromium: Chromium,
    place: string,
    prepare: (phone: WirePhone) => void = () => {},
    options: PageOptions = {},
  ): Promise<BoardPage> {
    const phone = new WirePhone();
    await phone.start();
    prepare(phone);
    let board: BoardPage | undefined;
    await chromium.openPage(`${phone.url}#${place}`, {
      ...options,
      prepare: async (page) => {
        board = new BoardPage(phone, page);
        page.on("pageerror", (error) => board?.faults.push(String(error)));
        page.on("console", (message) => board?.note(message));
        await options.prepare?.(page);
      },
    });
    return board!;
  }

  /** What an expression of the page is. */
  async value<Value>(expression: string): Promise<Value> {
    return await this.page.evaluate(expression) as Value;
  }

  /** The text that is seen of an element; undefined where there is none. */
  async text(selector: string): Promise<string | undefined> {
    return await this.value(`document.querySelector(${JSON.stringify(selector)})?.innerText`);
  }

  /** Waits until an expression of the page holds. */
  async until(expression: string): Promise<void> {
    await this.page.waitForFunction(expression, { polling: 30, timeout: 10_000 });
  }

  /** Waits until an element has these words among its text. */
  async says(selector: string, words: string): Promise<void> {
    const [where, what] = [JSON.stringify(selector), JSON.stringify(words)];
    await this.until(`document.querySelector(${where})?.innerText.includes(${what})`);
  }

  /** Presses the button that has these words, or is named so, as a mouse does. */
  async press(words: string, within = "body"): Promise<void> {
    const button = `[...document.querySelectorAll(${JSON.stringify(`${within} button`)})]
      .find((it) => (it.ariaLabel ?? it.innerText).trim() === ${JSON.stringify(words)})`;
    await this.until(`${button}?.disabled === false`);
    const found = (await this.page.evaluateHandle(button)).asElement();
    await (found as ElementHandle).click();
  }

  /** Ends the page and the phone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close();
    await this.phone.stop();
  }

  /** Notes what a browser complains of, but for a phone that a test has made to fail. */
  private note(message: ConsoleMessage): void {
    const text = message.text();
    if (message.type() === "error" && !text.startsWith("Failed to load resource")) {
      this.faults.push(text);
    }
  }
}
