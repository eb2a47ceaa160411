/** One kind of secret and what is left of it. The pattern must not match its own replacement differently. */
interface Redaction {
  readonly pattern: RegExp;
  readonly replacement: string | ((match: string) => string);
}

const SECRET_NAMES = [
  "pgpassword",
  "password",
  "passwd",
  "passphrase",
  "pwd",
  "secret[_-]?access[_-]?key",
  "secret[_-]?key",
  "client[_-]?secret",
  "webhook[_-]?secret",
  "service[_-]?role[_-]?key",
  "private[_-]?key",
  "api[_-]?key",
  "(?:access|session|auth|security)[_-]?token",
].join("|");

/** AWS secret access keys have 40 characters of base64 with upper and lower case and digits; a SHA-1 has not. */
const looksLikeAwsSecret = (text: string) =>
  /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && !/^[0-9a-fA-F]+$/.test(text);

/** Lengths are bounded so that no text, however long, takes more than a moment. */
const REDACTIONS: readonly Redaction[] = [
  {
    pattern: /-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
    replacement: "*** private key ***",
  },
  // Up to the last @ of the word: passwords are often pasted with an unescaped @ or /.
  // What starts as a port (`host:5432/…@`) is not a password.
  {
    pattern: /\b([a-z][a-z0-9+.-]{0,40}:\/\/)([^\s:/@"'<>]{0,300}):(?!\d{1,5}\/)[^\s"'<>]{0,4096}@/gi,
    replacement: "$1$2:***@",
  },
  { pattern: /\b(https?:\/\/)(?!\*\*\*@)[^\s:/@"'<>]{1,4096}@/gi, replacement: "$1***@" },
  { pattern: /(https:\/\/hooks\.slack\.com\/)[^\s"'<>]+/gi, replacement: "$1***" },
  { pattern: /\bsbp_[A-Za-z0-9_]{8,}/g, replacement: "sbp_***" },
  { pattern: /\bsb_secret_[A-Za-z0-9_-]{8,}/g, replacement: "sb_secret_***" },
  { pattern: /\beyJ[A-Za-z0-9_-]{5,8192}\.[A-Za-z0-9_-]{1,8192}\.[A-Za-z0-9_-]*/g, replacement: "***" },
  { pattern: /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, replacement: "$1 ***" },
  {
    pattern: new RegExp(
      `((?:${SECRET_NAMES})["']?\\s*[=:]\\s*)("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|(?![{\\[])[^\\s,;&"'}\\])]+)`,
      "gi",
    ),
    replacement: "$1***",
  },
  {
    pattern: /(?<![A-Za-z0-9/+=._-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=._-])/g,
    replacement: (match) => (looksLikeAwsSecret(match) ? "***" : match),
  },
];

/**
 * Takes secrets out of a text that a person, a log or a record will keep: passwords in URLs and in
 * `password=…`, Supabase and AWS secret keys, JSON web tokens, bearer tokens, chat webhooks, private keys in
 * PEM. When in doubt it hides too much. Applying it twice changes nothing more.
 */
export function redact(text: string): string {
  let result = text;
  for (const { pattern, replacement } of REDACTIONS) {
    result =
      typeof replacement === "string"
        ? result.replace(pattern, replacement)
        : result.replace(pattern, replacement);
  }
  return result;
}
