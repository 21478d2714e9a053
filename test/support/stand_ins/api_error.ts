/** What OpenAI's API says when it refuses: a status, and a JSON body that tells why. */

/** A refusal. */
export class ApiError extends Error {
  /** The status of the response. */
  readonly status: number;
  readonly #code: string | null;
  readonly #param: string | null;

  /** `code` and `param` are what a program reads of it. */
  constructor(status: number, message: string, code: string | null = null, param?: string) {
    super(message);
    this.status = status;
    this.#code = code;
    this.#param = param ?? null;
  }

  /** The body of the response. */
  get body(): string {
    const { message } = this;
    const error = { message, type: "invalid_request_error", param: this.#param, code: this.#code };
    return JSON.stringify({ error }, null, 2);
  }
}

/** Throws unless an object has only fields of these names. */
export function requireKnown(value: object, names: readonly string[]): void {
  for (const name of Object.keys(value)) {
    if (names.includes(name)) continue;
    throw new ApiError(400, `Unrecognized request argument supplied: ${name}`);
  }
}

/** A field that is text and not empty. */
export function requireText(value: unknown, param: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new ApiError(
    400,
    `Invalid type for '${param}': expected a string.`,
    "invalid_type",
    param,
  );
}

/** A field that has one of these values. */
export function requireOneOf(value: unknown, values: readonly string[], param: string): void {
  if (values.includes(value as string)) return;
  throw new ApiError(
    400,
    `Invalid value: '${value}'. Supported values are: ${values.map((one) => `'${one}'`)}.`,
    "invalid_value",
    param,
  );
}
