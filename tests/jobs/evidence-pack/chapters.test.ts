import assert from "node:assert/strict";
import { makePack } from "../../../jobs/evidence-pack/make-pack.ts";
import { samplePack } from "./support/sample-pack.ts";

describe("the chapters of a compliance pack", () => {
  let files: Map<string, string>;
  before(async () => {
    files = makePack(await samplePack());
  });
  const textOf = (path: string) => files.get(path) ?? assert.fail(`there is no ${path}`);
  const jsonOf = (path: string) => JSON.parse(textOf(path));

  it("are these files, in words and for programs", () => {
    assert.deepEqual([...files.keys()].toSorted(), [
      "README.md",
      "SHA256SUMS",
      "contacts.json",
      "contacts.md",
      "drills.csv",
      "drills.json",
      "drills.md",
      "evidence/head.txt",
      "evidence/records.jsonl",
      "evidence/seals.csv",
      "procedures.json",
      "procedures.md",
      "retention.csv",
      "retention.json",
      "retention.md",
      "sign-offs.json",
      "sign-offs.md",
      "verifications.csv",
      "verifications.json",
      "verifications.md",
    ]);
  });

  it("are the same for the same input, byte for byte", async () => {
    assert.deepEqual([...makePack(await samplePack())], [...files]);
  });

  it("say what the plan says of backups, objectives and recovery", () => {
    const text = textOf("procedures.md");
    for (const phrase of [
      "- bucket test-vault in eu-central-1",
      "- replica: bucket test-vault-replica in eu-west-1",
      "- objects are locked against deletion in mode compliance, for up to 30 days",
      "back in service within 4h (RTO); at most 24h of changes lost (RPO)",
      "2. Have 1 of these approve that production is written over: CEO, Director.",
      "`npm run restore -- --stack test --project orders --point ID",
    ])
      assert.ok(text.includes(phrase), `${phrase} in\n${text}`);
    assert.ok(!text.includes("restore-storage"), "there are no stored files");
  });

  it("name whom a recovery calls, and who hears of alerts", () => {
    const text = textOf("contacts.md");
    assert.match(
      text,
      /^\| orders \| primary \| Orders on-call \| orders@example\.com \| \+49 30 1234567 \|$/m,
    );
    assert.match(text, /^\| orders \| \\#orders-incidents \| 1 of CEO, Director \|$/m);
    assert.match(text, /^\| critical \| on-call@example\.com \|$/m);
    assert.match(text, /^\| info \| – \|$/m);
  });

  it("set what is to be kept beside what there is, with its locks", () => {
    const { declared, points } = jsonOf("retention.json");
    assert.deepEqual(declared[0], {
      ...{ project: "orders", tier: "nightly", schedule: "0 2 * * *", kept: "7 days", days: 7 },
      ...{ points: 2, verified: 1, locked: 1 },
    });
    assert.deepEqual(points, [
      {
        project: "orders",
        tier: "nightly",
        point: "nightly_20260103_020000",
        takenAt: "2026-01-03T02:00:00.000Z",
      },
      {
        ...{ project: "orders", tier: "nightly", point: "nightly_20260104_020000", bytes: 2048 },
        ...{ takenAt: "2026-01-04T02:00:00.000Z", verifiedAt: "2026-01-05T05:19:00.000Z" },
        ...{
          lockUntil: "2026-01-11T02:00:00.000Z",
          lockMode: "compliance",
          retainUntil: "2026-01-11T02:00:00.000Z",
        },
      },
    ]);
    assert.equal(
      textOf("retention.csv").split("\n")[1],
      "orders,nightly,nightly_20260103_020000,2026-01-03T02:00:00.000Z,,,,,",
    );
  });

  it("tell of each drill when it was last and is next, and what was measured", () => {
    const { schedule, executed } = jsonOf("drills.json");
    assert.deepEqual(schedule, [
      {
        ...{
          project: "orders",
          drill: "staging-restore",
          schedule: "0 5 * * 1",
          verdict: "FAIL",
          evidence: 6,
        },
        ...{
          lastExecuted: "2026-01-12T05:10:00.000Z",
          nextDue: "2026-01-19T05:00:00.000Z",
          isOverdue: false,
        },
      },
      // Owed since the first record, of 4 January.
      {
        ...{ project: "orders", drill: "full-dr", schedule: "0 5 3 1,4,7,10 *" },
        ...{ nextDue: "2026-04-03T05:00:00.000Z", isOverdue: false },
      },
      { project: "orders", drill: "region-failover", skip: "tried by hand each year" },
    ]);
    assert.deepEqual(
      executed.map((one: Record<string, unknown>) => [
        one.executed,
        one.verdict,
        one.rtoSeconds,
        one.rpoSeconds,
      ]),
      [
        ["2026-01-05T05:10:00.000Z", "PASS", 540, 97_800],
        ["2026-01-12T05:10:00.000Z", "FAIL", 1_260, 11_400],
      ],
    );
    assert.match(textOf("drills.md"), /\| 9m \| 4h \| 27h10m \| 24h \| 3 \|$/m);
    assert.match(
      textOf("drills.md"),
      /^\| orders \| region-failover \| left out: tried by hand each year \| – \|/m,
    );
  });

  it("say that a drill is overdue", async () => {
    const late = makePack({ ...(await samplePack()), until: new Date("2026-01-26T05:00:01Z") });
    assert.match(late.get("drills.md") ?? "", /\| 2026-01-19T05:00:00\.000Z, overdue \|$/m);
  });

  it("list every verdict of the period, and no other, with its place in the evidence", () => {
    const lines = textOf("verifications.csv").trimEnd().split("\n");
    assert.equal(lines.length, 1 + 5);
    const [head, first] = lines;
    assert.equal(head, "at,project,kind,subject,verdict,seconds,why,evidence,sha256");
    assert.match(
      first ?? "",
      /^2026-01-05T02:00:09\.000Z,orders,backup,nightly,FAIL,,DATABASE_UNREACHABLE,2,[0-9a-f]{64}$/,
    );
    assert.match(
      textOf("verifications.md"),
      /^\| orders \| drill \| 1 \| 0 \| 1 \| FAIL \| 2026-01-12T05:31:00\.000Z \|$/m,
    );
    assert.match(textOf("verifications.md"), /\| rows of public\.orders \| 6 \|$/m);
    const seals = textOf("evidence/seals.csv").split("\n");
    for (const line of lines.slice(1)) {
      const [sequence, hash] = line.split(",").slice(-2);
      assert.ok(seals[Number(sequence)]?.startsWith(`${sequence},${hash},`), line);
    }
  });

  it("fill in who signed a checkpoint, and leave blank what nobody did", () => {
    const { checkpoints, pack } = jsonOf("sign-offs.json");
    assert.deepEqual(checkpoints, [
      {
        ...{
          checkpoint: "CHECKPOINT_20260106_100000_v1.2.0",
          project: "orders",
          release: "v1.2.0",
          verdict: "PASS",
        },
        ...{ completedBy: "ci@example.com", at: "2026-01-06T10:00:00.000Z", technicalReview: "Ada" },
        ...{ verificationConfirmed: null, sequence: 4 },
      },
    ]);
    assert.deepEqual(pack, { completedBy: null, technicalReview: null, verificationConfirmed: null });
    assert.match(textOf("sign-offs.md"), /\| Ada \| (\\_){20} \| 4 \|$/m);
    assert.match(textOf("sign-offs.md"), /^Technical review: _{20} {2}date: _{20}$/m);
  });

  it("hold no secret, whatever the plan's words hold", async () => {
    const { plan, ...input } = await samplePack();
    const secret = "postgres://postgres:hunter2@db.example.com/postgres";
    const projects = plan.projects.map((project) => ({
      ...project,
      drills: { "full-dr": { skip: `see ${secret}` } },
    }));
    const told = makePack({ ...input, plan: { ...plan, projects } });
    assert.match(told.get("drills.json") ?? "", /see postgres:\/\/postgres:\*\*\*@db/);
    for (const [path, text] of told) assert.ok(!text.includes("hunter2"), path);
  });
});
