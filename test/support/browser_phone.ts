/** A phone that browsers call, in the process of the tests, with all that happens to it. */
import { browserCall } from "../../src/door/mod.ts";
import { type HttpOptions, type HttpServer, serveHttp } from "../../src/http/mod.ts";
import { PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";

/** How a phone is made. */
export interface BrowserPhoneOptions extends PhoneHandlerOptions {
  /** How it is served. @default {} */
  readonly http?: HttpOptions;
}

/** A phone and its pages, on ports of their own. */
export class BrowserPhone implements AsyncDisposable {
  /** The phone. */
  readonly phone: PhoneHandler;
  /** Its pages. */
  readonly http: HttpServer;
  /** The keys that callers have pressed, each as `digit way`. */
  readonly keys: string[] = [];

  private constructor(phone: PhoneHandler, http: HttpServer) {
    this.phone = phone;
    this.http = http;
    phone.on("dtmf", ({ digit, way }) => void this.keys.push(`${digit} ${way}`));
  }

  /** Starts one. */
  static async start({ http = {}, ...options }: BrowserPhoneOptions): Promise<BrowserPhone> {
    // Not the best that happens to be installed, as what is tested is something else.
    // A machine that is busy with other tests refuses no call: that is tested elsewhere.
    const phone = new PhoneHandler({
      admission: false,
      detector: "fvad",
      sipPort: 0,
      sipHost: "127.0.0.1",
      ...options,
    });
    await phone.start();
    const server = await serveHttp({
      ...http,
      phone,
      port: 0,
      browserCall: (socket, { address = "unknown", watch }) =>
        void browserCall(phone, socket, { remoteAddress: address, watch }),
    });
    return new BrowserPhone(phone, server);
  }

  /** Where the telephone's page is. */
  get page(): string {
    return `${this.http.url}/phone`;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.http.stop();
    await this.phone.stop();
  }
}
