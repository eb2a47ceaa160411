/** Pieces of Markdown that texts of plans, databases and people cannot break out of. */
export const MARKDOWN = {
  /** To be filled in by hand. */
  blank: "_________________",
  plain: (text: string): string =>
    text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_|<>[\]]/g, (sign) => `\\${sign}`),
  code: (text: string): string => `\`${text.replaceAll(/[`\s]+/g, " ")}\``,
  /** @param text Markdown already */
  box: (isDone: boolean, label: string, text: string): string =>
    `- [${isDone ? "x" : " "}] **${label}:** ${text}`,
};
