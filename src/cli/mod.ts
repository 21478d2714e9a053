/**
 * The command line: from flags and environment to a phone that answers.
 *
 * @module
 */
export type { Configuration } from "./configuration/configuration.ts";
export * from "./configuration/configuration_disk.ts";
export * from "./configuration/configuration_error.ts";
export type { OptionPlace } from "./configuration/option.ts";
export type { AnsweringSettings, BargeInMode } from "./configuration/options/answering.ts";
export type { DoorSettings } from "./configuration/options/doors.ts";
export type { FreeSwitchSettings } from "./configuration/options/freeswitch.ts";
export type { KeepingSettings } from "./configuration/options/keeping.ts";
export type { LimitSettings } from "./configuration/options/limits.ts";
export type { LineSettings } from "./configuration/options/lines.ts";
export type { LogLevel, LogSettings } from "./configuration/options/logs.ts";
export type { ProgramSettings } from "./configuration/options/program.ts";
export type { SurvivalSettings } from "./configuration/options/survival.ts";
export type { WebSettings } from "./configuration/options/web.ts";
export * from "./configuration/read_configuration.ts";
export type { Said } from "./configuration/said.ts";
export type { Environment } from "./configuration/read_environment.ts";
export * from "./doctor.ts";
export * from "./load_backend.ts";
export * from "./main.ts";
