import { TextDecoder } from "node:util";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { StatementSplitter } from "./statement-splitter.ts";

/**
 * The statements of a plain SQL text as pg_dump writes it, in order, each with its semicolon. Comments and white
 * space between statements and `\restrict` lines are left out.
 * @throws HoldfastError SCHEMA_DUMP_UNREADABLE when the text ends inside a statement.
 */
export function splitStatements(sql: string): string[] {
  const splitter = new StatementSplitter();
  const statements = splitter.push(sql);
  return statements.concat(splitter.end());
}

/**
 * The same for a stream of UTF-8 text, holding no more than one statement at a time.
 * @throws HoldfastError SCHEMA_DUMP_UNREADABLE as {@link splitStatements}, and when the text is not UTF-8.
 */
export async function* streamStatements(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const splitter = new StatementSplitter();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for await (const chunk of source) yield* splitter.push(decodeUtf8(decoder, chunk));
  yield* splitter.push(decodeUtf8(decoder));
  yield* splitter.end();
}

function decodeUtf8(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch (cause) {
    throw new HoldfastError({
      code: "SCHEMA_DUMP_UNREADABLE",
      message:
        "The SQL text holds bytes that are not UTF-8, so a name or a body in it cannot be carried exactly.",
      hint: "Give the source database an encoding (SQL_ASCII has none), or rename the objects to ASCII names.",
      cause,
    });
  }
}
