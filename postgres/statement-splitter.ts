import { HoldfastError } from "../plan/holdfast-error.ts";
import { SqlScanner } from "./sql-scanner.ts";

const ROUTINE_HEAD = /^create (?:or replace )?(?:function|procedure)$/;
const STRING_MODE = /^SET\s+standard_conforming_strings\s*(?:=|TO)\s*'?(on|off)'?\s*;$/i;

/**
 * Cuts SQL text, given in pieces of any size, into statements. Knows everything that pg_dump and pg_dumpall
 * 15 to 18 write: nested quotes, dollar quotes, comments, `BEGIN ATOMIC … END` bodies, several actions in one
 * rule, and the `\restrict` lines, which it drops as psql does.
 * A statement comes back byte for byte from its first word to its semicolon, comments inside it included.
 */
export class StatementSplitter {
  #text = "";
  #scanner = new SqlScanner("", false);
  #statementStart = -1;
  #head: string[] = [];
  #previousWord = "";
  #parenthesisDepth = 0;
  #atomicDepth = 0;
  /** Scanning again is worth it only once the text has grown to this length; keeps long strings linear. */
  #worthScanningAt = 0;

  /** @throws HoldfastError SCHEMA_DUMP_UNREADABLE on a psql command other than `\restrict` and `\unrestrict`. */
  push(text: string): string[] {
    this.#text += text;
    if (this.#text.length < this.#worthScanningAt) return [];
    return this.#run(false);
  }

  /** @throws HoldfastError SCHEMA_DUMP_UNREADABLE when the text ends inside a quote, a comment or a body. */
  end(): string[] {
    const statements = this.#run(true);
    const rest = this.#statementStart >= 0 ? this.#text.slice(this.#statementStart).trim() : "";
    if (this.#scanner.kind === "unfinished" || this.#atomicDepth > 0 || this.#parenthesisDepth > 0) {
      throw unreadable(`The SQL text ends in the middle of a statement: ${rest.slice(0, 80)}`);
    }
    if (rest !== "") statements.push(rest);
    this.#text = "";
    this.#beginStatement();
    return statements;
  }

  #run(isFinal: boolean): string[] {
    const statements: string[] = [];
    const scanner = this.#scanner;
    scanner.reset(this.#text, scanner.end, isFinal);
    while (!this.#skipPsqlCommand(isFinal) && scanner.next()) {
      if (this.#take()) {
        const statement = this.#text.slice(this.#statementStart, scanner.end);
        if (statement !== ";") statements.push(statement);
        const mode = STRING_MODE.exec(statement)?.[1];
        if (mode) scanner.backslashEscapes = mode.toLowerCase() === "off";
        this.#beginStatement();
      }
    }
    this.#dropConsumed(isFinal);
    return statements;
  }

  #beginStatement(): void {
    this.#statementStart = -1;
    this.#head = [];
    this.#previousWord = "";
    this.#parenthesisDepth = 0;
    this.#atomicDepth = 0;
  }

  /** Notes one token; true when it ends the statement. */
  #take(): boolean {
    const { kind, start, end } = this.#scanner;
    if (kind === "space" || kind === "comment") return false;
    if (this.#statementStart < 0) this.#statementStart = start;
    if (kind === "word") {
      this.#takeWord(this.#text.slice(start, end).toLowerCase());
      return false;
    }
    this.#previousWord = "";
    if (kind !== "symbol") return false;
    const symbol = this.#text[start];
    if (symbol === "(") this.#parenthesisDepth++;
    else if (symbol === ")") this.#parenthesisDepth = Math.max(0, this.#parenthesisDepth - 1);
    else if (symbol === ".") this.#previousWord = ".";
    return symbol === ";" && this.#parenthesisDepth === 0 && this.#atomicDepth === 0;
  }

  #takeWord(word: string): void {
    const isFieldName = this.#previousWord === ".";
    if (this.#atomicDepth > 0 && !isFieldName) {
      if (word === "case") this.#atomicDepth++;
      else if (word === "end") this.#atomicDepth--;
    } else if (word === "atomic" && this.#previousWord === "begin" && this.#isRoutine()) {
      this.#atomicDepth = 1;
    }
    if (this.#head.length < 4) this.#head.push(word);
    this.#previousWord = word;
  }

  #isRoutine(): boolean {
    if (this.#parenthesisDepth > 0) return false;
    const [create, second] = this.#head;
    return create === "create" && ROUTINE_HEAD.test(this.#head.slice(0, second === "or" ? 4 : 2).join(" "));
  }

  /** Between statements a line may start with a backslash; true when its end has not arrived yet. */
  #skipPsqlCommand(isFinal: boolean): boolean {
    const at = this.#scanner.end;
    if (this.#statementStart >= 0 || this.#text[at] !== "\\") return false;
    const newline = this.#text.indexOf("\n", at);
    if (newline < 0 && !isFinal) return true;
    const line = this.#text.slice(at, newline < 0 ? undefined : newline);
    if (!/^\\(?:un)?restrict\b/.test(line)) {
      throw unreadable(
        `The SQL text contains the psql command ${line.slice(0, 40)}, which only psql can run.`,
      );
    }
    this.#scanner.reset(this.#text, newline < 0 ? this.#text.length : newline + 1, isFinal);
    return this.#skipPsqlCommand(isFinal);
  }

  #dropConsumed(isFinal: boolean): void {
    const keepFrom = this.#statementStart >= 0 ? this.#statementStart : this.#scanner.end;
    if (!isFinal && keepFrom > 0) {
      this.#text = this.#text.slice(keepFrom);
      if (this.#statementStart >= 0) this.#statementStart = 0;
      this.#scanner.reset(this.#text, this.#scanner.end - keepFrom, isFinal);
    }
    const unscanned = this.#text.length - this.#scanner.end;
    this.#worthScanningAt = this.#text.length + (unscanned > 65_536 ? unscanned : 0);
  }
}

function unreadable(message: string): HoldfastError {
  return new HoldfastError({
    code: "SCHEMA_DUMP_UNREADABLE",
    message,
    hint: "Take a new backup with the pg_dump of the server's own major version or newer.",
  });
}
