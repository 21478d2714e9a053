// @ts-check
/** Which devices a person talks with: asked once, kept by the browser. */
import { byId, h } from "../shared/dom.js";

/** @typedef {{ microphone: string, speaker: string, filters: boolean }} Settings */

const KEY = "sofia-phone.sound";

/** The choice of devices on the page; an empty id is the system's own choice. */
export class SoundSettings {
  #microphone = byId("microphone", HTMLSelectElement);
  #speaker = byId("speaker", HTMLSelectElement);
  #filters = byId("filters", HTMLInputElement);
  #kept = kept();

  /** @param {() => void} onChange told when a person has changed one */
  constructor(onChange) {
    this.#filters.checked = this.#kept.filters;
    // Not every browser lets a page choose where it is heard.
    const canChoose = "setSinkId" in (globalThis.AudioContext?.prototype ?? {});
    byId("speaker-field", HTMLElement).hidden = !canChoose;
    for (const control of [this.#microphone, this.#speaker, this.#filters]) {
      control.addEventListener("change", () => {
        this.#keep();
        onChange();
      });
    }
    closeWhenLeft(byId("sound", HTMLDetailsElement));
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.refresh());
    void this.refresh();
  }

  /** @returns {Settings} what is chosen now */
  get value() {
    return {
      microphone: this.#microphone.value,
      speaker: this.#speaker.value,
      filters: this.#filters.checked,
    };
  }

  /** Asks for the devices anew: their names are told only once the microphone was allowed. */
  async refresh() {
    const devices = await navigator.mediaDevices?.enumerateDevices().catch(() => []) ?? [];
    fill(this.#microphone, devices.filter(isOf("audioinput")), this.#kept.microphone);
    fill(this.#speaker, devices.filter(isOf("audiooutput")), this.#kept.speaker);
  }

  #keep() {
    this.#kept = this.value;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#kept));
    } catch {
      // Storage can be forbidden; then the choice lasts as long as the page.
    }
  }
}

/** @param {HTMLDetailsElement} box What lies over the buttons of the call is open no longer than it is used. */
function closeWhenLeft(box) {
  for (const type of ["pointerdown", "focusin"]) {
    addEventListener(type, ({ target }) => {
      if (target instanceof Node && !box.contains(target)) box.open = false;
    });
  }
  box.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !box.open) return;
    box.open = false;
    box.querySelector("summary")?.focus();
  });
}

/** @param {string} kind */
function isOf(kind) {
  // Chromium lists the system's choice as one more device.
  return (/** @type {MediaDeviceInfo} */ device) =>
    device.kind === kind && device.deviceId !== "" && device.deviceId !== "default";
}

/** @param {HTMLSelectElement} select @param {MediaDeviceInfo[]} devices @param {string} chosen */
function fill(select, devices, chosen) {
  const options = devices.map(({ deviceId, label }, index) =>
    h("option", { value: deviceId }, label || `Device ${index + 1}`)
  );
  select.replaceChildren(h("option", { value: "" }, "The system's choice"), ...options);
  select.value = devices.some(({ deviceId }) => deviceId === chosen) ? chosen : "";
}

/** @returns {Settings} */
function kept() {
  try {
    const { microphone = "", speaker = "", filters = true } = JSON.parse(
      localStorage.getItem(KEY) ?? "{}",
    );
    return { microphone: String(microphone), speaker: String(speaker), filters: filters !== false };
  } catch {
    return { microphone: "", speaker: "", filters: true };
  }
}
