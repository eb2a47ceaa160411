import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { installOnce } from "../../../sandbox/tools/install-once.ts";

describe("installOnce", () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "holdfast-cache-"));
  });
  afterEach(() => {
    rmSync(cache, { recursive: true, force: true });
  });

  it("installs once, also when two do it at the same time", async () => {
    const directory = join(cache, "tool");
    const install = (text: string, milliseconds: number) =>
      installOnce(directory, async (unfinished) => {
        await sleep(milliseconds);
        writeFileSync(join(unfinished, "file"), text);
      });
    await Promise.all([install("quick", 10), install("slow", 60)]);
    assert.equal(readFileSync(join(directory, "file"), "utf8"), "quick");
    await installOnce(directory, () => assert.fail("it is there"));
    assert.deepEqual(readdirSync(cache), ["tool"]);
  });

  it("leaves nothing behind when the installation fails", async () => {
    const fail = installOnce(join(cache, "tool"), () => Promise.reject(new Error("no network")));
    await assert.rejects(fail, /no network/);
    assert.deepEqual(readdirSync(cache), []);
  });

  it("removes what a killed installation left and spares one that is at work", async () => {
    const dead = join(cache, "tool.4194999.aa.unfinished");
    const alive = join(cache, `tool.${process.pid}.bb.unfinished`);
    mkdirSync(dead);
    mkdirSync(alive);
    await installOnce(join(cache, "tool"), async () => undefined);
    assert.equal(existsSync(dead), false);
    assert.equal(existsSync(alive), true);
  });
});
