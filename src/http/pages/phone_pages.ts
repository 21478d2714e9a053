/** The files of the telephone at `/phone`. */

import callWorkerJs from "./phone/call_worker.js" with { type: "text" };
import captionsJs from "./phone/captions.js" with { type: "text" };
import captureFramerJs from "./phone/capture_framer.js" with { type: "text" };
import captureWorkletJs from "./phone/capture_worklet.js" with { type: "text" };
import concealmentJs from "./phone/concealment.js" with { type: "text" };
import handsetCss from "./phone/handset.css" with { type: "text" };
import indexHtml from "./phone/index.html" with { type: "text" };
import keyTonesJs from "./phone/key_tones.js" with { type: "text" };
import keypadJs from "./phone/keypad.js" with { type: "text" };
import mainJs from "./phone/main.js" with { type: "text" };
import metersJs from "./phone/meters.js" with { type: "text" };
import paceJs from "./phone/pace.js" with { type: "text" };
import phoneCss from "./phone/phone.css" with { type: "text" };
import phoneCallJs from "./phone/phone_call.js" with { type: "text" };
import playoutBufferJs from "./phone/playout_buffer.js" with { type: "text" };
import playoutWorkletJs from "./phone/playout_worklet.js" with { type: "text" };
import settingsJs from "./phone/settings.js" with { type: "text" };
import sincKernelJs from "./phone/sinc_kernel.js" with { type: "text" };
import soundCss from "./phone/sound.css" with { type: "text" };
import soundJs from "./phone/sound.js" with { type: "text" };
import speakingJs from "./phone/speaking.js" with { type: "text" };
import voicesJs from "./phone/voices.js" with { type: "text" };
import wordsJs from "./phone/words.js" with { type: "text" };
import { type Page, pageAt } from "./page.ts";

/** The files of the telephone at `/phone`. */
export const PHONE_PAGES: readonly Page[] = [
  pageAt("/phone/call_worker.js", callWorkerJs),
  pageAt("/phone/captions.js", captionsJs),
  pageAt("/phone/capture_framer.js", captureFramerJs),
  pageAt("/phone/capture_worklet.js", captureWorkletJs),
  pageAt("/phone/concealment.js", concealmentJs),
  pageAt("/phone/handset.css", handsetCss),
  pageAt("/phone", indexHtml),
  pageAt("/phone/key_tones.js", keyTonesJs),
  pageAt("/phone/keypad.js", keypadJs),
  pageAt("/phone/main.js", mainJs),
  pageAt("/phone/meters.js", metersJs),
  pageAt("/phone/pace.js", paceJs),
  pageAt("/phone/phone.css", phoneCss),
  pageAt("/phone/phone_call.js", phoneCallJs),
  pageAt("/phone/playout_buffer.js", playoutBufferJs),
  pageAt("/phone/playout_worklet.js", playoutWorkletJs),
  pageAt("/phone/settings.js", settingsJs),
  pageAt("/phone/sinc_kernel.js", sincKernelJs),
  pageAt("/phone/sound.css", soundCss),
  pageAt("/phone/sound.js", soundJs),
  pageAt("/phone/speaking.js", speakingJs),
  pageAt("/phone/voices.js", voicesJs),
  pageAt("/phone/words.js", wordsJs),
];
