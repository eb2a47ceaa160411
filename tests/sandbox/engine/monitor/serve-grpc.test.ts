import assert from "node:assert/strict";
import { connect } from "node:net";
import { promisify } from "node:util";
import { StatusError, serveGrpc } from "../../../../sandbox/engine/monitor/serve-grpc.ts";
import { callUnary } from "../../../../sandbox/engine/protocol/call-unary.ts";
import {
  CHANNEL_OPTIONS,
  type emptyMessages,
  engineMessages,
  engineServices,
  grpc,
} from "../../../../sandbox/engine/protocol/sdk.ts";

/** Says of the first ports it is asked for that they were used before. */
class FirstUsed extends Set<number> {
  readonly refused: number[] = [];

  override has(port: number): boolean {
    if (this.refused.length === 3) return super.has(port);
    this.refused.push(port);
    return true;
  }
}

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

/** Also after a failure nothing is left that keeps the process alive. */
const ends: (() => void)[] = [];

function clientOf(address: string, options = {}) {
  const client = new engineServices.EngineClient(address, grpc.credentials.createInsecure(), options);
  ends.push(() => client.close());
  return client;
}

async function serve(used?: Set<number>) {
  const served = await serveGrpc(engineServices.EngineService, HANDLERS, used);
  ends.push(() => served.server.forceShutdown());
  return served;
}

const rootOf = (client: InstanceType<typeof engineServices.EngineClient>) =>
  callUnary<InstanceType<typeof engineMessages.GetRootResourceResponse>>((done) =>
    client.getRootResource(new engineMessages.GetRootResourceRequest(), done),
  );

const HANDLERS = {
  getRootResource: () => new engineMessages.GetRootResourceResponse().setUrn("urn:one"),
  setRootResource: () => {
    throw new StatusError(grpc.status.INVALID_ARGUMENT, "no such resource");
  },
};

describe("serveGrpc", () => {
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  it("answers, refuses with a status, and names what it does not serve", async () => {
    const { address } = await serve();
    const client = clientOf(address);
    assert.equal((await rootOf(client)).getUrn(), "urn:one");
    await assert.rejects(
      callUnary((done) => client.setRootResource(new engineMessages.SetRootResourceRequest(), done)),
      { code: grpc.status.INVALID_ARGUMENT, details: "no such resource" },
    );
    await assert.rejects(
      callUnary<InstanceType<typeof emptyMessages.Empty>>((done) =>
        client.log(new engineMessages.LogRequest(), done),
      ),
      { code: grpc.status.UNIMPLEMENTED, details: /the call log/ },
    );
  });

  it("takes no port again that a server of this process had, and keeps none that it did not take", async () => {
    const used = new FirstUsed();
    const { address } = await serve(used);
    const port = Number(address.split(":")[1]);
    assert.equal(used.refused.length, 3);
    assert.ok(!used.refused.includes(port));
    assert.deepEqual([...used], [port]);
    assert.deepEqual(await Promise.all([...used.refused, port].map(listens)), [false, false, false, true]);
    const client = clientOf(address);
    assert.equal((await rootOf(client)).getUrn(), "urn:one");
  });

  it("is reached by a client of the engine, whatever was at its address before", async () => {
    const first = await serve();
    const shared = { ...CHANNEL_OPTIONS, "grpc.use_local_subchannel_pool": 0 };
    const left = clientOf(first.address, shared);
    await rootOf(left);
    first.server.forceShutdown();
    await assert.rejects(rootOf(left), { code: grpc.status.UNAVAILABLE });
    const server = new grpc.Server();
    ends.push(() => server.forceShutdown());
    server.addService(engineServices.EngineService, {
      getRootResource: (_: unknown, done: (error: null, reply: object) => void) =>
        done(null, new engineMessages.GetRootResourceResponse().setUrn("urn:two")),
    } as never);
    await promisify(server.bindAsync.bind(server))(first.address, grpc.ServerCredentials.createInsecure());
    const client = clientOf(first.address, CHANNEL_OPTIONS);
    assert.equal((await rootOf(client)).getUrn(), "urn:two");
  });
});
