/** What one stretch of SQL text is; `unfinished` means that the text ends inside it. */
export type SqlTokenKind =
  | "space"
  | "comment"
  | "word"
  | "quoted"
  | "string"
  | "dollar"
  | "symbol"
  | "unfinished";

const ESCAPED_STRING_CONTINUES = /(?:[ \t\f\v]|--[^\r\n]*)*[\r\n](?:[ \t\r\n\f\v]|--[^\r\n]*[\r\n])*'/y;
const ONLY_SPACE_OR_COMMENT_LEFT = /(?:[ \t\r\n\f\v]|--[^\r\n]*(?:[\r\n]|$)|-$)*$/y;
const SPACES = /[ \t\r\n\f\v]+/y;
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
const DOLLAR_DELIMITER = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const DOLLAR_DELIMITER_BEGUN = /\$[A-Za-z0-9_\u0080-\uffff]*$/y;
const COMMENT_EDGE = /\/\*|\*\//g;

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/**
 * Cuts SQL text into tokens by the rules of the server's own lexer, without judging the grammar.
 * Every character belongs to exactly one token. Numbers and operators come as single `symbol` characters.
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export class SqlScanner {
  kind: SqlTokenKind = "space";
  start = 0;
  end = 0;
  /** True after `SET standard_conforming_strings = off`: then a backslash escapes in plain strings too. */
  backslashEscapes = false;
  #text: string;
  #isFinal: boolean;

  /** @param isFinal False when more text will follow, so that a token at the very end may still grow. */
  constructor(text: string, isFinal = true) {
    this.#text = text;
    this.#isFinal = isFinal;
  }

  get text(): string {
    return this.#text;
  }

  /** Moves to other text and position, keeping the string mode. */
  reset(text: string, at: number, isFinal: boolean): void {
    this.#text = text;
    this.#isFinal = isFinal;
    this.start = at;
    this.end = at;
  }

  /** Moves to the next token; false at the end of the text or at an unfinished token (see `kind`). */
  next(): boolean {
    this.start = this.end;
    if (this.start >= this.#text.length) {
      this.kind = "space";
      return false;
    }
    const end = this.#scan(this.start);
    if (end < 0 || (end === this.#text.length && !this.#isFinal && this.kind !== "symbol")) {
      this.kind = "unfinished";
      return false;
    }
    this.end = end;
    return true;
  }

  #scan(at: number): number {
    const text = this.#text;
    const code = text.charCodeAt(at);
    if (code === 32 || (code >= 9 && code <= 13)) return this.#as("space", matchEnd(SPACES, text, at));
    if (code === 39) return this.#as("string", this.#stringEnd(at, this.backslashEscapes));
    if (code === 34) return this.#as("quoted", this.#doubledQuoteEnd(at, '"'));
    if (code === 36) return this.#dollar(at);
    if (code === 45 || code === 47) return this.#commentOrSymbol(at, code);
    const wordEnd = matchEnd(WORD, text, at);
    if (wordEnd < 0) return this.#as("symbol", at + 1);
    // E'…' is one string whose backslashes escape; any other prefix leaves the quoting rules as they are.
    if (wordEnd === at + 1 && (code | 32) === 101 && text.charCodeAt(wordEnd) === 39) {
      return this.#as("string", this.#stringEnd(wordEnd, true));
    }
    return this.#as("word", wordEnd);
  }

  #as(kind: SqlTokenKind, end: number): number {
    this.kind = kind;
    return end;
  }

  #doubledQuoteEnd(open: number, quote: string): number {
    let close = this.#text.indexOf(quote, open + 1);
    while (close >= 0 && this.#text[close + 1] === quote) close = this.#text.indexOf(quote, close + 2);
    return close < 0 ? -1 : close + 1;
  }

  #stringEnd(open: number, escapes: boolean): number {
    if (!escapes) return this.#doubledQuoteEnd(open, "'");
    const text = this.#text;
    for (let at = open + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 92) at++;
      else if (code === 39) {
        if (text.charCodeAt(at + 1) === 39) at++;
        else return this.#afterEscapedString(at + 1);
      }
    }
    return -1;
  }

  /** Strings parted only by white space with a line break are one string, and the later parts escape too. */
  #afterEscapedString(end: number): number {
    const continued = matchEnd(ESCAPED_STRING_CONTINUES, this.#text, end);
    if (continued >= 0) return this.#stringEnd(continued - 1, true);
    if (!this.#isFinal && matchEnd(ONLY_SPACE_OR_COMMENT_LEFT, this.#text, end) >= 0) return -1;
    return end;
  }

  #dollar(at: number): number {
    const text = this.#text;
    const bodyStart = matchEnd(DOLLAR_DELIMITER, text, at);
    if (bodyStart < 0) {
      if (!this.#isFinal && matchEnd(DOLLAR_DELIMITER_BEGUN, text, at) >= 0) return -1;
      return this.#as("symbol", at + 1);
    }
    const delimiter = text.slice(at, bodyStart);
    const close = text.indexOf(delimiter, bodyStart);
    return this.#as("dollar", close < 0 ? -1 : close + delimiter.length);
  }

  #commentOrSymbol(at: number, code: number): number {
    const text = this.#text;
    if (at + 1 >= text.length && !this.#isFinal) return -1;
    const following = text.charCodeAt(at + 1);
    if (code === 45 && following === 45) {
      let end = at;
      while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end++;
      return this.#as("comment", end);
    }
    if (code === 47 && following === 42) return this.#as("comment", this.#blockCommentEnd(at));
    return this.#as("symbol", at + 1);
  }

  #blockCommentEnd(at: number): number {
    let depth = 0;
    COMMENT_EDGE.lastIndex = at;
    for (let edge = COMMENT_EDGE.exec(this.#text); edge; edge = COMMENT_EDGE.exec(this.#text)) {
      depth += edge[0] === "/*" ? 1 : -1;
      if (depth === 0) return COMMENT_EDGE.lastIndex;
    }
    return -1;
  }
}
