/**
 * The phone seen and steered by HTTP: health, metrics, calls, events, the dashboard, a phone in the browser.
 *
 * @module
 */
export * from "./create_app.ts";
export type { TellNews } from "./events/call_news.ts";
export * from "./connection.ts";
export * from "./http_options.ts";
export * from "./serve_http.ts";
