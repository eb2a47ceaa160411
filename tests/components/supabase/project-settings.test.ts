import assert from "node:assert/strict";
import { BackupSchedule } from "../../../components/supabase/backup-schedule.ts";
import { NetworkRestrictions } from "../../../components/supabase/network-restrictions.ts";
import { SslEnforcement } from "../../../components/supabase/ssl-enforcement.ts";
import { applyNetworkRestrictions } from "../../../supabase/calls/apply-network-restrictions.ts";
import { getBackupSchedule } from "../../../supabase/calls/get-backup-schedule.ts";
import { getNetworkRestrictions } from "../../../supabase/calls/get-network-restrictions.ts";
import { getSslEnforcement } from "../../../supabase/calls/get-ssl-enforcement.ts";
import { setBackupSchedule } from "../../../supabase/calls/set-backup-schedule.ts";
import { setSslEnforcement } from "../../../supabase/calls/set-ssl-enforcement.ts";
import { CheckRefusal, ManagedResource } from "./support/managed-resource.ts";
import { refusal } from "./support/refusals.ts";
import { type Simulated, simulated } from "./support/simulated.ts";

let world: Simulated;
before(async () => {
  world = await simulated();
});
after(() => world.provider.close());

async function checkRefused(program: () => unknown, text: RegExp): Promise<void> {
  await assert.rejects(new ManagedResource(world.provider).up(program), (error) => {
    assert.ok(error instanceof CheckRefusal);
    assert.match(error.message, text);
    return true;
  });
}

describe("BackupSchedule", () => {
  const schedule = (ref: string, startsAt: string) => () =>
    new BackupSchedule("orders-schedule", { ref, startsAt });

  it("is set where the plan has it, adopted, put right and left as it is when it is deleted", async () => {
    const ref = await world.supabase.add({ organization: "holdfast-enterprise" });
    const resource = new ManagedResource(world.provider);
    assert.equal(await resource.up(schedule(ref, "04:30")), "create");
    assert.equal((await getBackupSchedule(world.api, ref)).scheduledFor, "04:30:00");
    assert.equal(await new ManagedResource(world.provider).up(schedule(ref, "04:30")), "create");
    await setBackupSchedule(world.api, ref, { scheduledFor: "04:30:30" });
    await resource.refresh();
    assert.equal(resource.outputs().startsAt, "04:30:30");
    assert.equal(await resource.up(schedule(ref, "04:30")), "update");
    await resource.destroy();
    assert.equal((await getBackupSchedule(world.api, ref)).scheduledFor, "04:30:00");
    assert.equal(world.changes(ref).length, 3, "adopting and deleting changed nothing");
  });

  it("is refused below Enterprise, naming the plan, before anything is changed", async () => {
    for (const plan of ["free", "pro", "team"]) {
      const ref = await world.supabase.add({ organization: `holdfast-${plan}` });
      const resource = new ManagedResource(world.provider);
      const text = await refusal(() => resource.up(schedule(ref, "04:30")), "BACKUP_SCHEDULE_NOT_ENTITLED");
      assert.match(
        text,
        new RegExp(`Enterprise plan, and organization holdfast-${plan} is on the plan ${plan}`),
      );
      assert.deepEqual(world.changes(ref), []);
    }
  });

  it("refuses what is no time of day", () =>
    checkRefused(schedule("a".repeat(20), "24:00"), /^startsAt: startsAt must be a time HH:MM, UTC; /));
});

describe("SslEnforcement", () => {
  const ssl = (ref: string, enforced: boolean) => () => new SslEnforcement("orders-ssl", { ref, enforced });
  const isEnforced = async (ref: string) => (await getSslEnforcement(world.api, ref)).databaseEnforced;

  it("is switched on, put right after somebody switched it off, and off with the resource", async () => {
    const ref = await world.supabase.add();
    const resource = new ManagedResource(world.provider);
    assert.equal(await resource.up(ssl(ref, true)), "create");
    assert.equal(await resource.up(ssl(ref, true)), "same");
    await setSslEnforcement(world.api, ref, { databaseEnforced: false });
    await resource.refresh();
    assert.equal(resource.outputs().enforced, false);
    assert.equal(await resource.up(ssl(ref, true)), "update");
    assert.equal(await isEnforced(ref), true);
    await resource.destroy();
    assert.equal(await isEnforced(ref), false);
  });

  it("is adopted without a restart of the database", async () => {
    const ref = await world.supabase.add();
    await setSslEnforcement(world.api, ref, { databaseEnforced: true });
    const before = world.changes(ref);
    await new ManagedResource(world.provider).up(ssl(ref, true));
    assert.deepEqual(world.changes(ref), before);
  });

  it("refuses what is no truth value", () =>
    checkRefused(
      ssl("a".repeat(20), "yes" as unknown as boolean),
      /^enforced: enforced must be true or false; /,
    ));
});

describe("NetworkRestrictions", () => {
  const network = (ref: string, allowedCidrs: string[], allowedCidrsV6: string[] = []) => {
    return () => new NetworkRestrictions("orders-network", { ref, allowedCidrs, allowedCidrsV6 });
  };
  const rangesOf = async (ref: string) => {
    const { allowedCidrs, allowedCidrsV6 } = await getNetworkRestrictions(world.api, ref);
    return [allowedCidrs, allowedCidrsV6];
  };

  it("closes, takes another order for the same, is put right, and opens with its deletion", async () => {
    const ref = await world.supabase.add();
    const resource = new ManagedResource(world.provider);
    assert.equal(
      await resource.up(network(ref, ["203.0.113.0/24", "198.51.100.7/32"], ["2001:DB8:0::1/32"])),
      "create",
    );
    assert.deepEqual(await rangesOf(ref), [["198.51.100.7/32", "203.0.113.0/24"], ["2001:db8::/32"]]);
    assert.equal(
      await resource.up(network(ref, ["198.51.100.7/32", "203.0.113.0/24"], ["2001:db8::/32"])),
      "same",
    );
    await applyNetworkRestrictions(world.api, ref, { allowedCidrs: ["0.0.0.0/0"], allowedCidrsV6: ["::/0"] });
    await resource.refresh();
    assert.deepEqual(resource.outputs().allowedCidrs, ["0.0.0.0/0"]);
    assert.equal(await resource.up(network(ref, ["203.0.113.0/24"])), "update");
    assert.deepEqual(await rangesOf(ref), [["203.0.113.0/24"], []]);
    await resource.destroy();
    assert.deepEqual(await rangesOf(ref), [["0.0.0.0/0"], ["::/0"]]);
  });

  it("is refused on the free plan before anything is changed", async () => {
    const ref = await world.supabase.add({ organization: "holdfast-free" });
    const resource = new ManagedResource(world.provider);
    await refusal(() => resource.up(network(ref, ["203.0.113.0/24"])), "NETWORK_RESTRICTIONS_NOT_ENTITLED");
    assert.deepEqual(world.changes(ref), []);
  });

  it("refuses no range at all, a range twice and what is no range", async () => {
    const ref = "a".repeat(20);
    await checkRefused(network(ref, []), /must be at least one range: with none nobody could connect/);
    await checkRefused(
      network(ref, ["203.0.113.0"]),
      /^allowedCidrs: allowedCidrs\[0\] must be an IPv4 range/,
    );
    await checkRefused(network(ref, [], ["203.0.113.0/24"]), /^allowedCidrsV6: .* must be an IPv6 range/);
  });
});
