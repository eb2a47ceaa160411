import { FIRST_PREVIOUS_HASH } from "../../vault/evidence/evidence-record.ts";
import { HEAD_FILE, PUBLIC_KEY_FILE, RECORDS_FILE, SEALS_FILE } from "./evidence-files.ts";
import type { PackChapter, PackInput } from "./pack-chapter.ts";
import { markdownTable } from "./pack-table.ts";

/** What a pack is, and how whoever gets it checks it with `sha256sum` and `openssl` alone. */
export function packReadme(input: PackInput, chapters: readonly PackChapter[]): string {
  const { plan, records, since, until } = input;
  const signed = records.filter(({ signature }) => signature !== undefined);
  return `${[
    `# Backup and recovery of ${plan.environment}: evidence`,
    `From ${since.toISOString()} up to ${until.toISOString()}, of ${plan.projects.map(({ name }) => name).join(", ")}. ` +
      "Made by Holdfast from its protection plan, its vault, and the chain of evidence that its jobs write.",
    markdownTable(
      ["file", "says"],
      [
        ...chapters.map(({ name, says, csv }) => [
          `${name}.md, ${name}.json${csv === undefined ? "" : `, ${name}.csv`}`,
          says,
        ]),
        [RECORDS_FILE, `${records.length} records, one a line, from the first of the environment on.`],
        [
          SEALS_FILE,
          "The SHA-256 and the signature of each record, in the same order, below a line of headings.",
        ],
        [HEAD_FILE, "The SHA-256 of the last record."],
        ...(input.publicKeyPem === undefined
          ? []
          : [[PUBLIC_KEY_FILE, "The public half of the key that signs."]]),
        ["SHA256SUMS", "The SHA-256 of every other file."],
      ],
    ),
    "The chapters are an account of the plan and the vault when the pack was made. What proves itself are the records: " +
      "each holds the hash of the one before it, so that none can be changed, left out or put in without all that " +
      "follow being made anew, and a signature covers all that came before it.",
    "## To check it",
    "In this directory, on any machine with a POSIX shell, `sha256sum` and `openssl` 3. None of it needs a network or " +
      "Holdfast.",
    "1. The files are those that were written:",
    fenced("sha256sum --check --strict --quiet SHA256SUMS"),
    "2. The records are an unbroken chain, from the first to the one in `evidence/head.txt`:",
    fenced(CHAIN),
    ...(signed.length === 0 || input.publicKeyPem === undefined
      ? ["3. No record of this chain is signed, or no key is named to check it by."]
      : [
          `3. The newest signature, which covers every record up to its own. ${signed.length} of ${records.length} are signed:`,
          fenced(signature(signed.at(-1)?.signature?.algorithm)),
        ]),
    "Two things no file of a pack can prove of itself. That the key is the right one: compare " +
      "`openssl pkey -pubin -in evidence/public-key.pem -outform DER | sha256sum` with what the owner of the environment " +
      "told you by another way. That nothing was cut off at the end: the last hash of an earlier pack, or one that was " +
      "noted elsewhere, must be among those of `evidence/seals.csv`.",
    "With Holdfast the same in one step: `npm run evidence -- verify --from DIRECTORY --public-key FILE --head HASH`.",
  ].join("\n\n")}\n`;
}

/** In a shell of their own: what ends with a failure must not end the reader's. */
const fenced = (commands: string) => `\`\`\`sh\n(\n${commands}\n)\n\`\`\``;

/** The fields after the body stand in this order, at the end of the line: no text of a body can take their place. */
const CHAIN = `previous=${FIRST_PREVIOUS_HASH}
sequence=0
while IFS= read -r record; do
  sequence=$((sequence + 1))
  link=$(printf '%s' "$record" | sed -n 's/.*,"previousHash":"\\([0-9a-f]\\{64\\}\\)"\\(,"project":"[^"]*"\\)\\{0,1\\},"sequence":'"$sequence"',"version":1}$/\\1/p')
  test "$link" = "$previous" || { echo "record $sequence does not follow the one before it"; exit 1; }
  previous=$(printf '%s' "$record" | sha256sum | cut -d ' ' -f 1)
done < ${RECORDS_FILE}
test "$previous" = "$(cat ${HEAD_FILE})" || { echo "the last record is not that of ${HEAD_FILE}"; exit 1; }
echo "$sequence records, unbroken"`;

function signature(algorithm: string | undefined): string {
  const check =
    algorithm === "ED25519"
      ? `openssl pkeyutl -verify -pubin -inkey ${PUBLIC_KEY_FILE} -rawin -in "$work/record" -sigfile "$work/signature"`
      : `openssl dgst -sha256 -verify ${PUBLIC_KEY_FILE} -signature "$work/signature" "$work/record"`;
  return `work=$(mktemp -d)
seal=$(awk -F, 'NR > 1 && $5 != "" { last = $0 } END { print last }' ${SEALS_FILE})
sequence=\${seal%%,*}
printf '%s' "$seal" | cut -d , -f 5 | openssl base64 -d -A > "$work/signature"
sed -n "\${sequence}p" ${RECORDS_FILE} | tr -d '\\n' > "$work/record"
${check}
result=$?
rm -r "$work"
exit $result`;
}
