/** What a rewind goes through, in this order; each is called when it is done. */
export const REWIND_STEPS = [
  "begun",
  "stopped",
  "copied",
  "replayed",
  "recovered",
  "decided",
  "set aside",
  "put in place",
  "tidied",
  "started",
  "backed up",
] as const;

export type RewindStep = (typeof REWIND_STEPS)[number];
export type OnRewindStep = (step: RewindStep) => void;
