export * from "./audio_frame.ts";
