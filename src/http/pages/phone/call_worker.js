// @ts-check
/**
 * The connection of a call, on a thread of its own: sound goes from it to the audio thread and back
 * without passing the page, so that nothing the page draws makes a voice late.
 */

/** How often the way there and back is measured, in ms. */
const PING_MS = 2000;
/** Pings in a row that may go unanswered: then nobody is there, though no connection has been closed. */
const MOST_UNANSWERED = 4;
/** How long a connection may take to open, in ms. */
const PATIENCE_MS = 10_000;
/** Sound that waits to leave, in seconds: what is said after that is lost, as the network is. */
const MOST_WAITING = 10;

/**
 * @typedef {object} Opening
 * @property {"open"} type
 * @property {string} url
 * @property {{ sampleRate: number }} hello
 * @property {MessagePort} microphone
 * @property {MessagePort} speaker
 */

/** @type {WebSocket | undefined} */
let socket;
let mostBytes = 0;

addEventListener("message", ({ data }) => {
  if (data.type === "open") open(data);
  else if (data.type === "send") send(data.message);
  else socket?.close(1000);
});

/** @param {Opening} opening */
function open({ url, hello, microphone, speaker }) {
  const connection = socket = new WebSocket(url);
  mostBytes = MOST_WAITING * hello.sampleRate * 2;
  speaker.onmessage = ({ data }) => send({ type: "played", ms: data });
  connection.binaryType = "arraybuffer";
  const patience = setTimeout(() => over(), PATIENCE_MS);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let pinging;
  let unanswered = 0;
  let wasOpen = false;
  let isOver = false;
  const ping = () => {
    if (unanswered++ >= MOST_UNANSWERED) return over();
    send({ type: "ping", at: performance.now() });
  };
  const over = () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(patience);
    clearInterval(pinging);
    // Where nobody is there it waits for long to be closed.
    connection.close();
    postMessage({ type: "closed", wasOpen });
  };
  connection.addEventListener("open", () => {
    clearTimeout(patience);
    wasOpen = true;
    send(hello);
  });
  connection.addEventListener("message", ({ data }) => {
    unanswered = 0;
    if (typeof data !== "string") {
      // Half a sample is no sound.
      if (data.byteLength % 2 === 0) speaker.postMessage(data, [data]);
      return;
    }
    const message = parse(data);
    if (message?.type === "answered") {
      microphone.onmessage = ({ data }) => sendSound(data);
      pinging = setInterval(ping, PING_MS);
      ping();
    }
    if (message?.type === "clear") speaker.postMessage("clear");
    if (message?.type === "ping") send({ type: "pong" });
    else if (message?.type === "pong") {
      postMessage({ type: "round-trip", ms: performance.now() - message.at });
    } else if (message !== undefined) postMessage({ type: "message", message });
  });
  connection.addEventListener("close", over);
}

/** @param {object} message */
function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** @param {ArrayBuffer} sound */
function sendSound(sound) {
  if (socket?.readyState === WebSocket.OPEN && socket.bufferedAmount < mostBytes) {
    socket.send(sound);
  }
}

/** @param {string} text @returns {any} undefined for what is no message */
function parse(text) {
  try {
    const message = JSON.parse(text);
    return typeof message?.type === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}

// A module, so that its names are its own.
export {};
