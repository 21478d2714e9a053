/** What the platform has and TypeScript's libraries do not say yet. Read by tsc alone; Deno knows it. */

interface Transformer<I, O> {
  /** Called instead of `flush` when the stream is cancelled or aborted. */
  cancel?(reason: unknown): void | PromiseLike<void>;
}

declare module "@echogarden/fvad-wasm" {
  const load: (options?: unknown) => Promise<unknown>;
  export default load;
}

declare module "modesl" {
  const esl: unknown;
  export default esl;
}
