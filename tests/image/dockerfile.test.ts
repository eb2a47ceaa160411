import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative } from "node:path";

import { WORK_DIRECTORY } from "../../components/jobs/job-task.ts";

const ROOT = join(import.meta.dirname, "../..");
const SECRET = /secret|password|passphrase|token|\bkeys?\b|\.pem|\.env|credential|Pulumi\./i;

const text = readFileSync(join(ROOT, "image/Dockerfile"), "utf8");
const readJson = (file: string) => JSON.parse(readFileSync(join(ROOT, file), "utf8"));
const manifest: { readonly dependencies: Readonly<Record<string, string>> } = readJson("package.json");
const lock: { readonly packages: Readonly<Record<string, { readonly dev?: boolean }>> } =
  readJson("package-lock.json");
/** Without comments, one instruction a line. */
const instructions = text
  .replaceAll(/^#.*\n/gm, "")
  .replaceAll(/\\\n\s*/g, "")
  .split("\n")
  .filter((line) => line !== "");
const of = (word: string) =>
  instructions.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
/** Those of ours; what comes from another image is the first stage's. */
const sources = of("COPY")
  .filter((copy) => !copy.startsWith("--from="))
  .flatMap((copy) => copy.split(" ").slice(0, -1));

/** Everything that a module loads, itself first, as paths and names of packages. */
function loaded(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const imports = readFileSync(file, "utf8").matchAll(
    /^(?:import|export)\s(?!type\s)[^;"]*?from\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm,
  );
  for (const [, named, dynamic] of imports) {
    const name = named ?? dynamic ?? "";
    if (name.startsWith(".")) loaded(join(dirname(file), name), found);
    else if (!isBuiltin(name)) found.add(name);
  }
  return found;
}

describe("image/Dockerfile", () => {
  it("is made of pinned versions: the Node of package.json, and clients that read every server we know", () => {
    const { node, "@pulumi/pulumi": sdk, "@pulumi/postgresql": postgresql } = manifest.dependencies;
    assert.deepEqual(of("FROM"), [`pulumi/pulumi-nodejs:${sdk} AS pulumi`, `node:${node}-trixie-slim`]);
    assert.deepEqual(
      of("COPY").filter((copy) => copy.startsWith("--from=")),
      ["--from=pulumi /pulumi/bin /opt/pulumi/bin"],
    );
    assert.ok(of("ENV").includes("PATH=/opt/pulumi/bin:$PATH"));
    assert.ok(of("RUN").includes(`pulumi plugin install resource postgresql ${postgresql}`));
    const [packages = ""] = of("RUN");
    assert.match(packages, / postgresql-client-17( |$)/);
    assert.ok(of("RUN").some((run) => /npm ci --omit=dev --ignore-scripts/.test(run)));
    assert.doesNotMatch(text, /:latest|npm install|curl |wget /);
  });

  it("takes in files that exist, by name, and nothing that could be a secret", () => {
    for (const source of sources) {
      assert.ok(existsSync(join(ROOT, source)), source);
      assert.doesNotMatch(source, /[*?]|^\.{0,2}\/?$/);
      assert.doesNotMatch(source, SECRET);
    }
    for (const line of [...of("ENV"), ...of("ARG")]) assert.doesNotMatch(line, SECRET);
    assert.deepEqual([of("ARG"), of("ADD")], [[], []]);
  });

  it("runs a task's command as it is, and not as root", () => {
    assert.deepEqual(of("USER"), ["node"]);
    const user = instructions.indexOf("USER node");
    assert.ok(instructions.findLastIndex((line) => line.startsWith("COPY ")) < user);
    // What is run as this user, at the end, makes nothing that it could not make.
    const later = instructions.slice(user).filter((line) => line.startsWith("RUN "));
    assert.equal(later.length, 2);
    for (const line of later) assert.match(line, /^RUN (pulumi plugin install resource |for script in )/);
    assert.deepEqual(of("ENTRYPOINT"), ["[]"]);
    assert.deepEqual(JSON.parse(of("CMD")[0] ?? "").slice(0, 2), ["node", "scripts/backup.ts"]);
    assert.deepEqual(of("WORKDIR"), ["/app"]);
  });

  it("lets a drill write where its task mounts a volume, and nowhere else", () => {
    // A volume of the image is what gives the mounted one its owner and what lies in it.
    assert.deepEqual(of("VOLUME"), [JSON.stringify([WORK_DIRECTORY])]);
    assert.ok(instructions.at(-3)?.startsWith("VOLUME "), "nothing is put there later");
    assert.ok(of("RUN").includes(`mkdir ${WORK_DIRECTORY} && chown node:node ${WORK_DIRECTORY}`));
    const [places = ""] = of("ENV").filter((line) => line.startsWith("PULUMI_HOME="));
    assert.match(places, new RegExp(`^PULUMI_HOME=${WORK_DIRECTORY}/pulumi TMPDIR=${WORK_DIRECTORY} `));
  });

  it("compiles for its user the commands that tasks start", () => {
    const [warmed = ""] = of("RUN").filter((run) => run.startsWith("for script in "));
    const [, names = ""] = /^for script in ([a-z ]+); do/.exec(warmed) ?? [];
    for (const name of names.split(" ")) assert.ok(existsSync(join(ROOT, `scripts/${name}.ts`)), name);
  });

  it("has everything that a command loads: folders of ours, and packages that are installed in production", () => {
    const scripts = readdirSync(join(ROOT, "scripts")).filter((name) => name.endsWith(".ts"));
    assert.ok(scripts.length >= 9);
    const all = new Set(scripts.flatMap((name) => [...loaded(join(ROOT, "scripts", name))]));
    const isOurs = (name: string) => name.startsWith(ROOT);
    const folders = new Set([...all].filter(isOurs).map((file) => relative(ROOT, file).split("/")[0] ?? ""));
    assert.deepEqual(
      [...folders].filter((folder) => !sources.includes(folder)),
      [],
    );
    const packages = [...all].filter((name) => !isOurs(name));
    assert.ok(packages.includes("pg"));
    const absent = packages.filter((name) => {
      const [first = "", second = ""] = name.split("/");
      const found = lock.packages[`node_modules/${first.startsWith("@") ? `${first}/${second}` : first}`];
      return found === undefined || found.dev === true;
    });
    assert.deepEqual(absent, []);
  });
});
