import { dispose } from "./disposable.ts";

/** Decoded at once: strings of this size are among V8's young objects, which larger ones are not. */
const DECODED_BYTES = 16 * 1024;
/** Storage takes a MiB of user metadata, whose escapes may be six times as long; SQL can write more. */
const LONGEST_LINE_CHARACTERS = 64 * 1024 * 1024;

/**
 * The lines of a text in UTF-8, many at a time, with flat memory: to wait for each would cost more than to read it.
 * @param bytes freed once they are read, where they may be
 * @param fail makes the error of a text whose line is too long, or whose last one is cut
 * @throws TypeError ERR_ENCODING_INVALID_ENCODED_DATA where it is not UTF-8, what `fail` makes, and what the bytes fail with
 */
export async function* readLines(
  bytes: AsyncIterable<Uint8Array>,
  fail: (why: string) => Error,
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const piece of bytes) {
    for (let at = 0; at < piece.length; at += DECODED_BYTES) {
      const text = decoder.decode(piece.subarray(at, at + DECODED_BYTES), { stream: true });
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LONGEST_LINE_CHARACTERS) throw fail("a row is too long");
      if (lines.length > 0) yield lines;
    }
    dispose(piece);
  }
  if (rest + decoder.decode() !== "") throw fail("its last row is cut");
}
