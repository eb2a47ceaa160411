import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import {
  CancelKeyDeletionCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  type KMSClient,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { listEvidence } from "../../../vault/evidence/list-evidence.ts";
import { listPoints } from "../../../vault/list-points.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import { type OpenVaultOptions, openVault } from "../../../vault/open-vault.ts";
import { readManifest } from "../../../vault/read-manifest.ts";
import type { Vault } from "../../../vault/vault.ts";
import type { VaultSettings } from "../../../vault/vault-settings.ts";
import { createDatabase } from "../../support/databases.ts";
import { SLOW_DOWN, startFaultProxy } from "../../support/fault-proxy.ts";
import { createJobBench, type JobBench } from "../../support/jobs.ts";
import { assertProved, assertRestores, failsWith, wholePoints } from "../../support/point-facts.ts";
import { getAws } from "../../support/servers.ts";
import { createShop } from "../../support/shop.ts";
import { createKmsKeys, testKms } from "../../support/vaults.ts";

/** What is done to a key, and how it is undone. */
const HARMS = {
  disabled: {
    harm: (kms: KMSClient, KeyId: string) => kms.send(new DisableKeyCommand({ KeyId })),
    mend: (kms: KMSClient, KeyId: string) => kms.send(new EnableKeyCommand({ KeyId })),
  },
  "about to be deleted": {
    harm: (kms: KMSClient, KeyId: string) =>
      kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })),
    mend: async (kms: KMSClient, KeyId: string) => {
      await kms.send(new CancelKeyDeletionCommand({ KeyId }));
      await kms.send(new EnableKeyCommand({ KeyId }));
    },
  },
};

describe("a key", () => {
  let bench: JobBench;
  let source: string;
  let point: Manifest;
  let kms: { main: KMSClient; replica: KMSClient };
  const opened: Vault[] = [];
  before(async () => {
    bench = await createJobBench();
    source = await createShop();
    point = (await bench.backup(source)).manifest;
    const aws = await getAws();
    kms = { main: testKms(aws), replica: testKms(aws, aws.replicaRegion) };
  });
  after(() => {
    for (const vault of opened) vault.close();
    kms.main.destroy();
    kms.replica.destroy();
  });

  async function open(settings: VaultSettings, options: Partial<OpenVaultOptions> = {}): Promise<Vault> {
    const vault = await openVault(settings, { clock: () => new Date(), ...options });
    opened.push(vault);
    return vault;
  }

  /** The keys of the vault's plan, where they are. */
  function keys(): { id: string; client: KMSClient }[] {
    const { kms: main = "", replicaKms = "" } = bench.settings.keys;
    return [
      { id: main, client: kms.main },
      { id: replicaKms, client: kms.replica },
    ];
  }

  it("that does not exist is found before a backup reads the database", async () => {
    const absent = bench.settings.keys.kms?.replace(/[^/]*$/, "00000000-0000-0000-0000-000000000000") ?? "";
    const settings = { ...bench.settings, keys: { ...bench.settings.keys, kms: absent } };
    const error = await failsWith("KEY_UNAVAILABLE", open(settings, { purpose: "write" }));
    assert.ok(error.message.includes("vault.keys.kms"), error.message);
  });

  it("of another vault opens nothing", async () => {
    const { escrowPublicKeyFile, escrowPrivateKeyFile, ...others } = await createKmsKeys();
    const settings = {
      ...bench.settings,
      keys: {
        kms: others.kms,
        replicaKms: others.replicaKms,
        escrowPublicKey: { file: escrowPublicKeyFile },
      },
    };
    const target = await createDatabase();
    for (const options of [{}, { escrowPrivateKeyPem: await readFile(escrowPrivateKeyFile, "utf8") }]) {
      const vault = await open(settings, options);
      await failsWith("KEY_DOES_NOT_OPEN", readManifest(vault, point));
      // Not even with a manifest that was read elsewhere.
      await failsWith("KEY_DOES_NOT_OPEN", bench.restore(point, target, { vault }));
    }
    await assertRestores(bench, point, { target });
  });

  for (const [state, { harm, mend }] of Object.entries(HARMS)) {
    it(`that is ${state} stops a backup before it begins, and in its middle; then the next one succeeds`, async () => {
      const [main] = keys();
      assert.ok(main);
      await harm(main.client, main.id);
      await failsWith("KEY_UNAVAILABLE", open(bench.settings, { purpose: "write" }));
      await mend(main.client, main.id);

      const listed = await wholePoints(bench.vault, "shop");
      const proxy = await startFaultProxy(bench.settings.endpoint ?? "");
      const vault = await open({ ...bench.settings, endpoint: proxy.endpoint }, { purpose: "write" });
      proxy.inject({
        kind: { answerHeaders: {} },
        times: 1,
        when: ({ method, url }) => method === "PUT" && url.includes("/schema/"),
        onFault: async () => {
          await harm(main.client, main.id);
        },
      });
      await failsWith("KEY_UNAVAILABLE", bench.backup(source, { vault }));
      await mend(main.client, main.id);
      await proxy.close();
      assert.deepEqual(await wholePoints(bench.vault, "shop"), listed);
      await assertRestores(bench, (await bench.backup(source)).manifest);
    });

    it(`that is ${state} opens nothing; the other key and the escrow key still do`, async () => {
      const target = await createDatabase();
      const [main, replica] = keys();
      assert.ok(main && replica);
      await harm(main.client, main.id);
      await assertRestores(bench, await readManifest(bench.vault, point));
      await harm(replica.client, replica.id);
      await failsWith("KEY_UNAVAILABLE", readManifest(bench.vault, point));
      await failsWith("KEY_UNAVAILABLE", bench.restore(point, target));

      const escrowPrivateKeyPem = await readFile(bench.escrowPrivateKeyFile, "utf8");
      const escrow = await open(bench.settings, { escrowPrivateKeyPem });
      await bench.restore(await readManifest(escrow, point), target, { vault: escrow });
      await assertProved(bench, point, target, { vault: escrow });
      for (const { client, id } of [main, replica]) await mend(client, id);
    });
  }

  it("that opens nothing here, the escrow key's public half, is enough to complete an earlier point", async () => {
    const locked = await createJobBench({ lockMode: "governance" });
    const settings = { ...locked.settings, keys: { escrowPublicKey: locked.settings.keys.escrowPublicKey } };
    const proxy = await startFaultProxy(settings.endpoint ?? "");
    const writer = await open({ ...settings, endpoint: proxy.endpoint }, { purpose: "write" });
    proxy.inject({
      kind: SLOW_DOWN,
      when: ({ method, url }) => method === "PUT" && url.includes("retention"),
    });
    await failsWith("POINT_UNSETTLED", locked.backup(source, { vault: writer }));
    proxy.clear();
    const { warnings } = await locked.backup(source, { vault: writer });
    assert.deepEqual(warnings, []);
    const records = (await listEvidence(writer)) as { body: { point: string; verdict: string } }[];
    const listed = (await listPoints(writer, "shop")).map(({ id }) => id);
    assert.equal(listed.length, 2);
    assert.deepEqual(records.map(({ body }) => body.point).toSorted(), listed.toSorted());
    await proxy.close();
  });
});
