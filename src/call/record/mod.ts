/** Records of calls: who, when, why it ended, and how good it was. */
export * from "./call_quality.ts";
export * from "./call_record.ts";
export * from "./call_records.ts";
export * from "./e_model.ts";
export * from "./record_disk.ts";
export * from "./turn_timing.ts";
