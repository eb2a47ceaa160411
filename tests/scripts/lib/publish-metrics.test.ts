import assert from "node:assert/strict";
import { publishMetrics } from "../../../scripts/lib/publish-metrics.ts";

describe("publishMetrics", () => {
  const before = process.env.HOLDFAST_METRICS;
  after(() => {
    if (before === undefined) delete process.env.HOLDFAST_METRICS;
    else process.env.HOLDFAST_METRICS = before;
  });
  const published = (kind: string | undefined): string[] => {
    if (kind === undefined) delete process.env.HOLDFAST_METRICS;
    else process.env.HOLDFAST_METRICS = kind;
    const lines: string[] = [];
    publishMetrics(
      { environment: "prod", project: "ordak", tier: "nightly" },
      { BackupSucceeded: 1, BackupDurationSeconds: 2.5 },
      { at: new Date("2026-03-01T00:00:00Z"), say: (text) => lines.push(text) },
    );
    return lines;
  };

  it("writes one line that CloudWatch reads metrics from", () => {
    const [line = "", ...more] = published("emf");
    assert.deepEqual(more, []);
    assert.deepEqual(JSON.parse(line), {
      _aws: {
        Timestamp: Date.UTC(2026, 2, 1),
        CloudWatchMetrics: [
          {
            Namespace: "Holdfast",
            Dimensions: [["Environment", "Project", "Tier"]],
            Metrics: [
              { Name: "BackupSucceeded", Unit: "Count" },
              { Name: "BackupDurationSeconds", Unit: "Seconds" },
            ],
          },
        ],
      },
      Environment: "prod",
      Project: "ordak",
      Tier: "nightly",
      BackupSucceeded: 1,
      BackupDurationSeconds: 2.5,
    });
  });

  it("writes nothing anywhere else", () => {
    assert.deepEqual(published(undefined), []);
    assert.deepEqual(published("other"), []);
  });
});
