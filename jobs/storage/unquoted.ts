/** An eTag without the quotes that HTTP puts around it. */
export const unquoted = (eTag: string | undefined): string => (eTag ?? "").replace(/^"|"$/g, "");
