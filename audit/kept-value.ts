/** Enough to tell two values apart, and little enough to be kept of thousands. */
const LONGEST = 200;

/** What evidence keeps of a fact's actual value. */
export const keptValue = (actual: string): string => actual.slice(0, LONGEST);
