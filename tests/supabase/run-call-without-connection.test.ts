import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { testDirectory } from "../support/run-directory.ts";
import { openScripted, READ, type Scripted, WRITE } from "./support/open-scripted.ts";
import { failure, scriptedCalls } from "./support/scripted-calls.ts";

describe("runCall", () => {
  const calls = scriptedCalls();

  describe("without a connection", () => {
    it("a read and a write are sent again, and both end as unavailable", async () => {
      await calls.scripted.server.close();
      for (const call of [READ, WRITE]) {
        const error = await failure(calls.api.request(call), "SUPABASE_UNAVAILABLE");
        assert.match(error.message, /after 6 tries in 31s: the connection was refused \(ECONNREFUSED\)/);
        assert.match(error.hint, /Nothing was changed/);
      }
    });

    it("a write is done once the server is back", async () => {
      const { port } = new URL(calls.scripted.server.endpoint);
      await calls.scripted.server.close();
      let connections = 0;
      const request = openedWith(calls.scripted, (wait) => {
        if (wait !== 2) return;
        const server = createServer((socket) => {
          connections += 1;
          socket.end(
            'HTTP/1.1 201 Created\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{"name":"shop"}',
          );
          server.close();
        });
        return new Promise<void>((resolve) => server.listen(Number(port), "127.0.0.1", resolve));
      });
      assert.deepEqual(await (await request).request(WRITE), { name: "shop" });
      assert.equal(connections, 1);
    });

    it("a server that speaks no TLS is not asked again", async () => {
      const endpoint = calls.scripted.server.endpoint.replace("http:", "https:");
      const { api: secure, server } = await openScripted({ endpoint });
      for (const call of [READ, WRITE]) {
        const error = await failure(secure.request(call), "SUPABASE_UNAVAILABLE");
        assert.match(error.message, /no TLS connection with a certificate that is trusted/);
      }
      await server.close();
    });

    it("a certificate that nobody vouches for ends it at once, and the token stays here", async function () {
      const directory = await testDirectory("untrusted");
      const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
      const { status } = spawnSync("openssl", [
        ...[
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:prime256v1",
          "-nodes",
          "-days",
          "1",
        ],
        ...["-subj", "/CN=localhost", "-keyout", key, "-out", cert],
      ]);
      if (status !== 0) this.skip();
      let requests = 0;
      const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, () => {
        requests += 1;
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const endpoint = `https://localhost:${(server.address() as AddressInfo).port}`;
      const other = await openScripted({ endpoint });
      for (const call of [READ, WRITE]) {
        const error = await failure(other.api.request(call), "SUPABASE_UNAVAILABLE");
        assert.match(error.message, /certificate that is trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
      }
      assert.equal(requests, 0);
      assert.deepEqual(other.time.slept, []);
      await other.server.close();
      server.close();
    });

    it("an answer that is no HTTP leaves the outcome of a write unknown", async () => {
      const server = createServer((socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n"));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const other = await openScripted({ endpoint });
      await failure(other.api.request(WRITE), "SUPABASE_OUTCOME_UNKNOWN");
      await other.server.close();
      server.close();
    });
  });
});

/** A client on the same address whose sleeps are told to `onSleep` first. */
async function openedWith(
  { server, time }: Scripted,
  onSleep: (seconds: number) => Promise<void> | undefined,
): Promise<ManagementApi> {
  const opened = await openScripted({
    endpoint: server.endpoint,
    clock: time.clock,
    async sleep(seconds, signal) {
      await onSleep(seconds);
      await time.sleep(seconds, signal);
    },
  });
  await opened.server.close();
  return opened.api;
}
