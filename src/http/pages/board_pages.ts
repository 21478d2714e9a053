/** The files of the board at `/`. */

import answerTimesJs from "./board/answer_times.js" with { type: "text" };
import boardCss from "./board/board.css" with { type: "text" };
import boardJs from "./board/board.js" with { type: "text" };
import callActionsJs from "./board/call_actions.js" with { type: "text" };
import callDetailJs from "./board/call_detail.js" with { type: "text" };
import callRowJs from "./board/call_row.js" with { type: "text" };
import callsCss from "./board/calls.css" with { type: "text" };
import conversationJs from "./board/conversation.js" with { type: "text" };
import detailCss from "./board/detail.css" with { type: "text" };
import dialogsJs from "./board/dialogs.js" with { type: "text" };
import filtersJs from "./board/filters.js" with { type: "text" };
import framesJs from "./board/frames.js" with { type: "text" };
import historyPaneJs from "./board/history_pane.js" with { type: "text" };
import indexHtml from "./board/index.html" with { type: "text" };
import levelRingJs from "./board/level_ring.js" with { type: "text" };
import listenWorkletJs from "./board/listen_worklet.js" with { type: "text" };
import listenerJs from "./board/listener.js" with { type: "text" };
import liveCallJs from "./board/live_call.js" with { type: "text" };
import livePaneJs from "./board/live_pane.js" with { type: "text" };
import lostBannerJs from "./board/lost_banner.js" with { type: "text" };
import mainJs from "./board/main.js" with { type: "text" };
import noticesJs from "./board/notices.js" with { type: "text" };
import paletteJs from "./board/palette.js" with { type: "text" };
import pastCallsJs from "./board/past_calls.js" with { type: "text" };
import pastDetailJs from "./board/past_detail.js" with { type: "text" };
import pastRowJs from "./board/past_row.js" with { type: "text" };
import playerJs from "./board/player.js" with { type: "text" };
import qualityJs from "./board/quality.js" with { type: "text" };
import shortcutsJs from "./board/shortcuts.js" with { type: "text" };
import talkCss from "./board/talk.css" with { type: "text" };
import topLineJs from "./board/top_line.js" with { type: "text" };
import virtualListJs from "./board/virtual_list.js" with { type: "text" };
import waterfallJs from "./board/waterfall.js" with { type: "text" };
import wavPeaksJs from "./board/wav_peaks.js" with { type: "text" };
import waveformJs from "./board/waveform.js" with { type: "text" };
import wireJs from "./board/wire.js" with { type: "text" };
import wordsJs from "./board/words.js" with { type: "text" };
import { type Page, pageAt } from "./page.ts";

/** The files of the board at `/`. */
export const BOARD_PAGES: readonly Page[] = [
  pageAt("/board/answer_times.js", answerTimesJs),
  pageAt("/board/board.css", boardCss),
  pageAt("/board/board.js", boardJs),
  pageAt("/board/call_actions.js", callActionsJs),
  pageAt("/board/call_detail.js", callDetailJs),
  pageAt("/board/call_row.js", callRowJs),
  pageAt("/board/calls.css", callsCss),
  pageAt("/board/conversation.js", conversationJs),
  pageAt("/board/detail.css", detailCss),
  pageAt("/board/dialogs.js", dialogsJs),
  pageAt("/board/filters.js", filtersJs),
  pageAt("/board/frames.js", framesJs),
  pageAt("/board/history_pane.js", historyPaneJs),
  pageAt("/", indexHtml),
  pageAt("/board/level_ring.js", levelRingJs),
  pageAt("/board/listen_worklet.js", listenWorkletJs),
  pageAt("/board/listener.js", listenerJs),
  pageAt("/board/live_call.js", liveCallJs),
  pageAt("/board/live_pane.js", livePaneJs),
  pageAt("/board/lost_banner.js", lostBannerJs),
  pageAt("/board/main.js", mainJs),
  pageAt("/board/notices.js", noticesJs),
  pageAt("/board/palette.js", paletteJs),
  pageAt("/board/past_calls.js", pastCallsJs),
  pageAt("/board/past_detail.js", pastDetailJs),
  pageAt("/board/past_row.js", pastRowJs),
  pageAt("/board/player.js", playerJs),
  pageAt("/board/quality.js", qualityJs),
  pageAt("/board/shortcuts.js", shortcutsJs),
  pageAt("/board/talk.css", talkCss),
  pageAt("/board/top_line.js", topLineJs),
  pageAt("/board/virtual_list.js", virtualListJs),
  pageAt("/board/waterfall.js", waterfallJs),
  pageAt("/board/wav_peaks.js", wavPeaksJs),
  pageAt("/board/waveform.js", waveformJs),
  pageAt("/board/wire.js", wireJs),
  pageAt("/board/words.js", wordsJs),
];
