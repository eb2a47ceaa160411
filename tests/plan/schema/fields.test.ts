import assert from "node:assert/strict";
import { parse } from "yaml";
import { safeParse } from "zod";
import { EnvironmentPlan } from "../../../plan/schema/environment-plan.ts";
import { listFields } from "../../../plan/schema/walk.ts";

const fields = listFields(EnvironmentPlan);

describe("fields of the plan", () => {
  it("are all found", () => {
    assert.ok(fields.length > 150, String(fields.length));
    for (const path of [
      "vault.lock.days",
      "projects.*.tiers.nightly.retain.count",
      "projects.*.checks.smoke.*.expect.rows.min",
    ]) {
      assert.ok(
        fields.some((field) => field.path === path),
        path,
      );
    }
  });

  it("each say what they mean, what they may be and an example", () => {
    for (const { path, help } of fields) {
      assert.ok(help, `${path} has no help`);
      for (const part of [help.text, help.range, help.example]) assert.ok(part.length > 0, path);
    }
  });

  it("each accept their own example", () => {
    for (const { path, schema, help } of fields) {
      const result = safeParse(schema, parse(help?.example ?? ""));
      assert.ok(result.success, `${path}: ${help?.example}: ${result.error?.message}`);
    }
  });

  it("each refuse what makes no sense", () => {
    for (const { path, schema } of fields) {
      assert.ok(!safeParse(schema, { "no such key": ["nonsense"] }).success, path);
    }
  });
});
