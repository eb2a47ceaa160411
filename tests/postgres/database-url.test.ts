import assert from "node:assert/strict";
import fc from "fast-check";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { isLocalHost } from "../../postgres/tls-of-url.ts";

function refusal(url: string): HoldfastError {
  try {
    parseDatabaseUrl(url);
  } catch (error) {
    assert.ok(error instanceof HoldfastError, String(error));
    assert.equal(error.code, "DATABASE_URL_INVALID");
    assert.equal(error.exitCode, 2);
    return error;
  }
  throw new Error("was not refused");
}

describe("parseDatabaseUrl", () => {
  it("reads every part, decoded", () => {
    assert.deepEqual(
      parseDatabaseUrl("postgresql://us%40er:p%2Fa%3As%23s@db.example.com:5433/my%20db?connect_timeout=7"),
      {
        host: "db.example.com",
        port: 5433,
        user: "us@er",
        password: "p/a:s#s",
        database: "my db",
        tls: { mode: "verify-full" },
        connectTimeoutSeconds: 7,
      },
    );
  });

  it("fills in what libpq fills in", () => {
    const address = parseDatabaseUrl("postgres://app@db.example.com");
    assert.equal(address.port, 5432);
    assert.equal(address.database, "app");
    assert.equal(address.password, "");
  });

  it("takes Unix sockets and IPv6 addresses", () => {
    assert.equal(parseDatabaseUrl("postgresql://u@/db?host=/var/run/postgresql").host, "/var/run/postgresql");
    assert.equal(parseDatabaseUrl("postgresql://u@%2Fvar%2Frun/db").host, "/var/run");
    assert.equal(parseDatabaseUrl("postgresql://u@[::1]:5432/db").host, "::1");
    assert.equal(parseDatabaseUrl("postgresql://u@[2001:db8::1]/db").tls.mode, "verify-full");
  });

  it("asks for verified TLS everywhere but on this machine", () => {
    assert.deepEqual(parseDatabaseUrl("postgresql://u@127.0.0.1/db").tls, { mode: "off" });
    assert.deepEqual(parseDatabaseUrl("postgresql://u@localhost/db").tls, { mode: "off" });
    assert.deepEqual(parseDatabaseUrl("postgresql://u@[::1]/db").tls, { mode: "off" });
    assert.deepEqual(parseDatabaseUrl("postgresql://u@/db?host=/run").tls, { mode: "off" });
    assert.deepEqual(parseDatabaseUrl("postgresql://u@10.0.0.1/db").tls, { mode: "verify-full" });
    assert.deepEqual(parseDatabaseUrl("postgresql://u@127.example.com/db").tls, { mode: "verify-full" });
    assert.deepEqual(parseDatabaseUrl("postgresql://u@localhost/db?sslmode=verify-full").tls, {
      mode: "verify-full",
    });
  });

  it("lets the URL name an authority or give up authentication, never encryption", () => {
    const tls = (query: string) => parseDatabaseUrl(`postgresql://u@h.example.com/db?${query}`).tls;
    assert.deepEqual(tls("sslrootcert=/ca.pem"), { mode: "verify-full", caFile: "/ca.pem" });
    assert.deepEqual(tls("sslmode=verify-ca&sslrootcert=/ca.pem"), { mode: "verify-ca", caFile: "/ca.pem" });
    assert.deepEqual(tls("sslmode=require"), { mode: "require" });
    assert.deepEqual(tls("sslmode=require&sslrootcert=/ca.pem"), { mode: "verify-ca", caFile: "/ca.pem" });
    assert.deepEqual(tls("sslrootcert=system"), { mode: "verify-full" });
    for (const mode of ["disable", "allow", "prefer"]) {
      assert.match(refusal(`postgresql://u@h.example.com/db?sslmode=${mode}`).message, /unencrypted/);
    }
    refusal("postgresql://u@h.example.com/db?sslmode=off");
  });

  it("refuses the transaction pooler and names the session pooler", () => {
    const error = refusal(
      "postgresql://postgres.abc:secret@aws-0-eu-west-2.pooler.supabase.com:6543/postgres",
    );
    assert.match(error.message, /transaction pooler/);
    assert.match(error.hint, /session pooler.*5432/i);
  });

  it("skips what dashboards paste and refuses what it does not know", () => {
    assert.equal(parseDatabaseUrl("postgresql://u@h.example.com/db?pgbouncer=true").database, "db");
    assert.match(
      refusal("postgresql://u@h.example.com/db?target_session_attrs=any").message,
      /target_session_attrs/,
    );
  });

  const secret = "hunter2";
  for (const [name, url] of [
    ["another scheme", `mysql://u:${secret}@h/db`],
    ["no scheme", `u:${secret}@h/db`],
    ["a bare # in the password", `postgresql://u:${secret}#x@h.example.com/db`],
    ["a bare # at the end", `postgresql://u:${secret}@h.example.com/db#x`],
    ["a bad escape", `postgresql://u:${secret}%zz@h.example.com/db`],
    ["a bad port", `postgresql://u:${secret}@h.example.com:99999/db`],
    ["port 0", `postgresql://u:${secret}@h.example.com:0/db`],
    ["no user", `postgresql://:${secret}@h.example.com/db`],
    ["no host", `postgresql://u:${secret}@/db`],
    ["two hosts", `postgresql://u:${secret}@a.example.com,b.example.com/db`],
    ["a bad timeout", `postgresql://u:${secret}@h.example.com/db?connect_timeout=0`],
    ["nothing", ""],
  ] as const) {
    it(`refuses ${name}, and never quotes the password`, () => {
      const error = refusal(url);
      assert.ok(
        !JSON.stringify([error.message, error.hint, error.stack, String(error.cause)]).includes(secret),
      );
      assert.notEqual(error.hint, "");
    });
  }

  it("refuses the dashboard's placeholder", () => {
    assert.match(
      refusal("postgresql://postgres:[YOUR-PASSWORD]@db.abc.supabase.co:5432/postgres").message,
      /placeholder/,
    );
  });

  it("reads back any user, password and database that is percent-encoded", () => {
    const text = fc
      .string({ unit: "binary", minLength: 1 })
      .filter((value) => value.isWellFormed() && !/^\[.*\]$/s.test(value));
    fc.assert(
      fc.property(text, text, text, (user, password, database) => {
        const [u, p, d] = [user, password, database].map(encodeURIComponent);
        // WHATWG URLs resolve these away; no database is called so.
        fc.pre(!/^(\.|%2e){1,2}$/i.test(d ?? ""));
        const address = parseDatabaseUrl(`postgresql://${u}:${p}@h.example.com/${d}`);
        assert.deepEqual([address.user, address.password, address.database], [user, password, database]);
      }),
    );
  });

  it("either reads a text or refuses it, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((rest) => `postgresql://${rest}`),
        ),
        (url) => {
          try {
            assert.notEqual(parseDatabaseUrl(url).host, "");
          } catch (error) {
            assert.ok(error instanceof HoldfastError, String(error));
          }
        },
      ),
    );
  });
});

describe("isLocalHost", () => {
  it("knows this machine's names and no others", () => {
    for (const host of ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1", "/run/postgresql"]) {
      assert.equal(isLocalHost(host), true, host);
    }
    for (const host of ["localhost.example.com", "10.0.0.1", "::2", "127.0.0.1.nip.io", "0.0.0.0"]) {
      assert.equal(isLocalHost(host), false, host);
    }
  });
});
