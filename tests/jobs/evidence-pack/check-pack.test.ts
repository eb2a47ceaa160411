import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkPack } from "../../../jobs/evidence-pack/check-pack.ts";
import { makePack } from "../../../jobs/evidence-pack/make-pack.ts";
import type { PackInput } from "../../../jobs/evidence-pack/pack-chapter.ts";
import { writePack } from "../../../jobs/evidence-pack/write-pack.ts";
import { testDirectory } from "../../support/servers.ts";
import { CONTENTS, chainOf, samplePack, signerOf } from "./support/sample-pack.ts";

async function written(input: PackInput): Promise<string> {
  const directory = join(await testDirectory("pack"), "pack");
  await writePack(directory, makePack(input));
  return directory;
}

/** Runs what the README of a pack tells its reader to type, one block after the other. */
async function followReadme(directory: string): Promise<{ code: number; output: string }[]> {
  const readme = readFileSync(join(directory, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)\n```$/gm)].map(([, commands = ""]) => commands);
  const results: { code: number; output: string }[] = [];
  for (const commands of blocks)
    results.push(
      await new Promise((resolve) => {
        // What is typed next still has a shell, which ends as the commands did.
        execFile(
          "sh",
          ["-c", `${commands}\nended=$?; echo next >&2; exit $ended`],
          { cwd: directory },
          (error, stdout, stderr) => {
            assert.ok(stderr.endsWith("next\n"), stderr);
            const output = `${stdout}${stderr.slice(0, -"next\n".length)}`;
            resolve({ code: typeof error?.code === "number" ? error.code : 0, output });
          },
        );
      }),
    );
  return results;
}

const codes = (results: readonly { code: number }[]) => results.map(({ code }) => code === 0);

/** Rewrites a file of a pack, and the sums as somebody would who wants nobody to see it. */
async function forge(directory: string, path: string, change: (text: string) => string, hide = false) {
  const file = join(directory, path);
  writeFileSync(file, change(readFileSync(file, "utf8")));
  if (!hide) return;
  await new Promise((resolve, reject) => {
    const command =
      "sed 's/^[0-9a-f]*  //' SHA256SUMS | xargs sha256sum > sums.new && mv sums.new SHA256SUMS";
    execFile("sh", ["-c", command], { cwd: directory }, (error) =>
      error ? reject(error) : resolve(undefined),
    );
  });
}

describe("a compliance pack", () => {
  for (const kind of ["p256", "ed25519"] as const)
    it(`is found whole by the commands of its README and by ours, signed with ${kind}`, async () => {
      const directory = await written(await samplePack(signerOf(kind)));
      const results = await followReadme(directory);
      assert.deepEqual(codes(results), [true, true, true], JSON.stringify(results));
      assert.equal(results[1]?.output, "6 records, unbroken\n");
      assert.match(results[2]?.output ?? "", /^(Verified OK|Signature Verified Successfully)\n$/);
      const { isIntact, records, signed, problems, files, usesOwnKey } = await checkPack(directory);
      assert.deepEqual(
        { isIntact, records, signed, problems, files, usesOwnKey },
        { isIntact: true, records: 6, signed: 6, problems: [], files: [], usesOwnKey: true },
      );
    });

  it("without a key has no signature to check, and says so", async () => {
    const directory = await written(await samplePack());
    const results = await followReadme(directory);
    assert.deepEqual(codes(results), [true, true]);
    assert.match(readFileSync(join(directory, "README.md"), "utf8"), /No record of this chain is signed/);
    assert.deepEqual((await checkPack(directory)).signed, 0);
  });

  it("is found out when a record was changed, also by one who mends the sums", async () => {
    const failedToPassed = (text: string) => text.replace('"verdict":"FAIL"', '"verdict":"PASS"');
    const signer = signerOf("p256");
    const open = await written(await samplePack(signer));
    await forge(open, "evidence/records.jsonl", failedToPassed);
    assert.deepEqual(codes(await followReadme(open)), [false, false, true]);
    const hidden = await written(await samplePack(signer));
    await forge(hidden, "evidence/records.jsonl", failedToPassed, true);
    const results = await followReadme(hidden);
    assert.deepEqual(codes(results), [true, false, true]);
    assert.match(results[1]?.output ?? "", /^record 3 does not follow the one before it\n$/);
    const { isIntact, files, problems } = await checkPack(hidden);
    assert.deepEqual([isIntact, files], [false, []]);
    assert.deepEqual(problems[0], {
      sequence: 2,
      problem: "was changed: its content does not have its hash",
    });
  });

  it("is found out when a record says something twice", async () => {
    const twice = (text: string) => text.replace('"verdict":"FAIL"', '"verdict":"PASS","verdict":"FAIL"');
    const directory = await written(await samplePack(signerOf("p256")));
    await forge(directory, "evidence/records.jsonl", twice, true);
    assert.deepEqual(codes(await followReadme(directory)), [true, false, true]);
    const { isIntact, files, problems } = await checkPack(directory);
    assert.deepEqual([isIntact, files], [false, []]);
    assert.deepEqual(problems[0], { sequence: 2, problem: "is not an evidence record" });
  });

  it("is found out when the chain was made anew with another key, by the key that one has", async () => {
    const right = signerOf("p256");
    const { publicKeyPem, ...input } = await samplePack(right);
    const wrong = signerOf("p256");
    const contents = CONTENTS.map(({ body, ...rest }) => ({ ...rest, body: { ...body, verdict: "PASS" } }));
    const records = await chainOf(contents, wrong);
    const directory = await written({ ...input, records, publicKeyPem: await wrong.publicKeyPem() });
    assert.deepEqual(codes(await followReadme(directory)), [true, true, true], "by its own key all is well");
    assert.equal((await checkPack(directory)).isIntact, true);
    const { isIntact, signed } = await checkPack(directory, { publicKeyPem });
    assert.deepEqual([isIntact, signed], [false, 0]);
    // Or by a hash that was noted.
    const noted = input.records[3]?.hash;
    const late = await checkPack(directory, { expectedHead: noted });
    assert.deepEqual(late.problems, [{ sequence: 6, problem: `no record has the noted hash ${noted}` }]);
    const own = await written({ ...input, publicKeyPem });
    assert.equal((await checkPack(own, { expectedHead: noted, publicKeyPem })).isIntact, true);
  });

  it("is found out when a record is missing at the end, and when the head is another", async () => {
    const input = await samplePack(signerOf("ed25519"));
    const cut = await written(input);
    const withoutLast = (text: string) => text.replace(/[^\n]*\n$/, "");
    await forge(cut, "evidence/records.jsonl", withoutLast);
    await forge(cut, "evidence/seals.csv", withoutLast, true);
    assert.deepEqual(codes(await followReadme(cut)), [true, false, true]);
    const { problems } = await checkPack(cut);
    assert.deepEqual(problems, [
      { sequence: 5, problem: "is not the one that evidence/head.txt names as the last" },
    ]);
    const other = await written(input);
    await forge(other, "evidence/head.txt", () => `${"0".repeat(64)}\n`, true);
    assert.deepEqual(codes(await followReadme(other)), [true, false, true]);
    assert.equal((await checkPack(other)).isIntact, false);
  });

  it("is found out when a file is missing, changed or added", async () => {
    const directory = await written(await samplePack(signerOf("p256")));
    rmSync(join(directory, "contacts.md"));
    appendFileSync(join(directory, "drills.csv"), "x\n");
    assert.deepEqual(codes(await followReadme(directory)), [false, true, true]);
    mkdirSync(join(directory, "more"));
    writeFileSync(join(directory, "more/extra.md"), "x");
    const { isIntact, files } = await checkPack(directory);
    assert.deepEqual(
      [isIntact, files],
      [
        false,
        [
          { path: "contacts.md", problem: "is missing" },
          { path: "drills.csv", problem: "was changed" },
          { path: "more/extra.md", problem: "was not part of the pack" },
        ],
      ],
    );
  });

  it("is found out when a signature is not one of its record, or was taken away", async () => {
    const directory = await written(await samplePack(signerOf("p256")));
    await forge(
      directory,
      "evidence/seals.csv",
      (text) => {
        const lines = text.trimEnd().split("\n");
        const [fifth = "", sixth = ""] = [lines[5]?.split(",").at(-1), lines[6]];
        return `${[...lines.slice(0, 6), sixth.replace(/[^,]*$/, fifth)].join("\n")}\n`;
      },
      true,
    );
    assert.deepEqual(codes(await followReadme(directory)), [true, true, false]);
    const swapped = await checkPack(directory);
    assert.deepEqual(swapped.problems[0], {
      sequence: 6,
      problem: "its signature does not fit any given public key",
    });
    await forge(directory, "evidence/seals.csv", (text) => text.replace(/^6,(\w+),.*$/m, "6,$1,,,"), true);
    assert.deepEqual((await checkPack(directory)).problems, [
      { sequence: 6, problem: "no signature covers the records from here on" },
    ]);
  });

  it("is not fooled by a body that looks like the end of a record", async () => {
    const input = await samplePack();
    const fake = `","previousHash":"${"0".repeat(64)}","sequence":2,"version":1}`;
    const [first, ...rest] = CONTENTS;
    assert.ok(first);
    const contents = [first, { ...first, body: { verdict: "PASS", note: fake } }, ...rest];
    const directory = await written({ ...input, records: await chainOf(contents) });
    assert.equal((await followReadme(directory))[1]?.output, "7 records, unbroken\n");
    await forge(directory, "evidence/records.jsonl", (text) => text.replace("71", "72"), true);
    assert.match((await followReadme(directory))[1]?.output ?? "", /^record 2 does not follow/);
  });

  it("goes into a directory that is new or empty, and is looked for where there is one", async () => {
    const files = makePack(await samplePack());
    const directory = await testDirectory("pack-empty");
    await writePack(directory, files);
    await assert.rejects(writePack(directory, files), { code: "DIRECTORY_NOT_EMPTY", exitCode: 2 });
    await assert.rejects(writePack(join(directory, "README.md"), files), {
      code: "DIRECTORY_UNWRITABLE",
      exitCode: 2,
    });
    for (const place of [join(directory, "evidence"), join(directory, "none"), join(directory, "README.md")])
      await assert.rejects(checkPack(place), { code: "PACK_INVALID", exitCode: 2 }, place);
  });
});
