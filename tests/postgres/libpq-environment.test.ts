import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { libpqEnvironment } from "../../postgres/libpq-environment.ts";
import { createPostgres } from "../support/servers.ts";

const address: DatabaseAddress = {
  host: "db.example.com",
  port: 5433,
  user: "app",
  database: "my db",
  password: "p'w d",
  tls: { mode: "verify-full", caFile: "/ca.pem" },
};

describe("libpqEnvironment", () => {
  it("carries the whole connection", () => {
    const env = libpqEnvironment(address);
    assert.deepEqual(
      [env.PGHOST, env.PGPORT, env.PGUSER, env.PGDATABASE, env.PGPASSWORD, env.PGSSLMODE, env.PGSSLROOTCERT],
      ["db.example.com", "5433", "app", "my db", "p'w d", "verify-full", "/ca.pem"],
    );
    assert.equal(env.LC_ALL, "C");
    assert.equal(env.PATH, process.env.PATH);
  });

  it("finds the system's authorities when none is named", () => {
    const env = libpqEnvironment({ ...address, tls: { mode: "verify-full" } });
    assert.match(env.PGSSLROOTCERT ?? "", /^(system|\/.+)$/);
  });

  it("keeps the levels apart", () => {
    const mode = (tls: DatabaseAddress["tls"]) => libpqEnvironment({ ...address, tls }).PGSSLMODE;
    assert.equal(mode({ mode: "off" }), "disable");
    assert.equal(mode({ mode: "require" }), "require");
    assert.equal(mode({ mode: "verify-ca", caFile: "/ca.pem" }), "verify-ca");
  });

  it("inherits nothing that would lead elsewhere, and no secret of ours", () => {
    process.env.PGSERVICE = "elsewhere";
    process.env.PGOPTIONS = "-c search_path=x";
    process.env.AWS_TEST_SECRET = "x";
    try {
      const env = libpqEnvironment({ ...address, password: "" });
      for (const name of ["PGSERVICE", "PGOPTIONS", "PGPASSWORD", "AWS_TEST_SECRET"])
        assert.ok(!(name in env), name);
    } finally {
      delete process.env.PGSERVICE;
      delete process.env.PGOPTIONS;
      delete process.env.AWS_TEST_SECRET;
    }
  });

  it("takes psql there under every level of TLS", async () => {
    const server = await createPostgres({ tls: true });
    const base = parseDatabaseUrl(server.url());
    const tls: [DatabaseAddress["tls"], string][] = [
      [{ mode: "off" }, "f"],
      [{ mode: "require" }, "t"],
      [{ mode: "verify-full", caFile: server.caFile ?? "" }, "t"],
    ];
    try {
      for (const [mode, encrypted] of tls) {
        const child = spawn(
          join(server.binDirectory, "psql"),
          ["-X", "-At", "-c", "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"],
          { env: libpqEnvironment({ ...base, tls: mode }) },
        );
        const [output, failure] = await Promise.all([
          text(child.stdout),
          text(child.stderr),
          once(child, "close"),
        ]);
        assert.equal(output.trim(), encrypted, failure);
      }
    } finally {
      await server.stop();
    }
  });
});
