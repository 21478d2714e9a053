/** What a menu says. */

import type { Interruptible, Speech } from "../../backend/mod.ts";

/** One thing that is said or played. */
export type MenuSaying =
  /** Words; `{name}` stands for a variable, `{name digits}` for one that is read digit by digit. */
  | string
  /** Sound. */
  | Speech
  /** One of these, and what may cut it short. */
  | { readonly say: string | Speech; readonly interruptible?: Interruptible }
  /** A WAV file: its path, from the folder of the menu's own file or else from where the process runs. */
  | { readonly play: string; readonly interruptible?: Interruptible };

/** What a menu says, one after another. */
export type MenuPrompt = MenuSaying | readonly MenuSaying[];
