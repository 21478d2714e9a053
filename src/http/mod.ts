/**
 * The phone seen and steered by HTTP: health, metrics, calls, events, the dashboard, a phone in the browser.
 *
 * @module
 */
export {};
