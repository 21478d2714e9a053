// @ts-check
/** The phone's HTTP interface, for the pages: with the token, and with errors in words. */

const KEY = "sofia-phone.token";

/** What the phone has refused, or what became of the way to it; `message` is for people. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number} status the status of HTTP; 0 if there was no answer
   * @param {string} [body] of the answer
   */
  constructor(message, status, body = "") {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** @typedef {{ method?: string, body?: unknown, signal?: AbortSignal, headers?: Record<string, string> }} Request */

/** Asks the phone, and asks people for the token when the phone wants one. */
export class PhoneApi {
  #token = kept();
  /** @type {Promise<void> | undefined} */
  #signingIn;
  /** @type {(wasWrong: boolean) => Promise<string>} */
  #askToken;

  /** @param {(wasWrong: boolean) => Promise<string>} askToken */
  constructor(askToken) {
    this.#askToken = askToken;
  }

  /**
   * @param {string} path from the root of the phone, without a `/` before it
   * @param {Request} [request]
   * @returns {Promise<Response>} a good one
   * @throws {ApiError} for any other
   */
  async fetch(path, request = {}) {
    for (;;) {
      await this.#signingIn;
      const token = this.#token;
      const response = await this.#send(path, request, token);
      if (response.ok) return response;
      if (response.status !== 401) throw await errorOf(response);
      await response.body?.cancel();
      // Another request may have asked meanwhile.
      if (token === this.#token) await this.#signIn(token !== "");
    }
  }

  /** @param {string} path @param {Request} [request] @returns {Promise<any>} */
  async json(path, request) {
    const response = await this.fetch(path, request);
    return response.status === 204 ? undefined : await response.json();
  }

  /** @param {string} path @param {unknown} [body] @returns {Promise<any>} */
  post(path, body = {}) {
    return this.json(path, { method: "POST", body });
  }

  /**
   * Opens a WebSocket; a ticket that holds once stands in for the token, which it cannot send.
   *
   * @param {string} path
   * @returns {Promise<WebSocket>}
   */
  async socket(path) {
    const { ticket } = await this.post("tickets");
    const url = new URL(path, document.baseURI);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("ticket", ticket);
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    return socket;
  }

  /** @param {string} path @param {Request} request @param {string} token */
  async #send(path, { method = "GET", body, signal, headers = {} }, token) {
    try {
      return await fetch(new URL(path, document.baseURI), {
        method,
        signal,
        headers: {
          ...(token !== "" && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        cache: "no-store",
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError("The phone does not answer. Is it still running?", 0);
    }
  }

  /** @param {boolean} wasWrong */
  #signIn(wasWrong) {
    this.#signingIn ??= this.#askToken(wasWrong).then((token) => {
      this.#token = token;
      keep(token);
    }).finally(() => this.#signingIn = undefined);
    return this.#signingIn;
  }
}

/** @type {Readonly<Record<number, string>>} */
const WORDS = {
  403: "This page may not do that.",
  404: "There is no such call any more.",
  409: "The call is in no state for that.",
  413: "That is too much at once.",
  429: "Too many requests. Wait a moment and try again.",
  503: "The phone is not ready for that.",
};

/** @param {Response} response */
async function errorOf(response) {
  const text = await response.text().catch(() => "");
  return new ApiError(
    wordsIn(text) ?? WORDS[response.status] ?? `The phone answered with status ${response.status}.`,
    response.status,
    text,
  );
}

/** @param {string} text @returns {string | undefined} what a problem (RFC 9457) says */
function wordsIn(text) {
  try {
    const { title, detail, faults } = JSON.parse(text);
    const words = [detail ?? title, ...(faults ?? []).map(faultWords)];
    const sentences = words.filter((said) => typeof said === "string" && said !== "");
    return sentences.length === 0
      ? undefined
      : sentences.map((said) => said.replace(/\.?$/, ".")).join(" ");
  } catch {
    return undefined;
  }
}

/** @param {{ path: string, message: string }} fault */
function faultWords({ path, message }) {
  return `${path.slice(1)} ${message}`.trim();
}

function kept() {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} token */
function keep(token) {
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // It is asked for again when the page is loaded again.
  }
}
