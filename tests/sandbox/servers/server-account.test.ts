import assert from "node:assert/strict";
import { serverAccount } from "../../../sandbox/servers/server-account.ts";

describe("serverAccount", () => {
  const accounts = new Map([
    ["postgres", { uid: 101, gid: 104 }],
    ["nobody", { uid: 65534, gid: 65534 }],
  ]);

  it("leaves an ordinary user as it is", () => {
    assert.equal(
      serverAccount(1000, () => assert.fail("nothing to look up")),
      undefined,
    );
  });

  it("prefers postgres for root", () => {
    assert.deepEqual(
      serverAccount(0, (name) => accounts.get(name)),
      { uid: 101, gid: 104 },
    );
  });

  it("takes nobody where there is no postgres", () => {
    const found = serverAccount(0, (name) => (name === "postgres" ? undefined : accounts.get(name)));
    assert.deepEqual(found, { uid: 65534, gid: 65534 });
  });

  it("names the command that makes an account when root has none", () => {
    assert.throws(() => serverAccount(0, () => undefined), {
      code: "NO_SERVER_ACCOUNT",
      hint: /useradd --system/,
    });
  });

  it("finds a real account for root on this machine", () => {
    const account = serverAccount(0);
    assert.ok(account && account.uid > 0 && account.gid >= 0);
  });
});
