import assert from "node:assert/strict";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { openMinistackServer, startMinistackServer } from "../../../sandbox/servers/ministack-server.ts";
import { installMinistack } from "../../../sandbox/tools/install-ministack.ts";
import { createAws } from "../../support/servers.ts";
import { createBucket, createKmsKeys, testKms, testS3 } from "../../support/vaults.ts";

describe("startMinistackServer", () => {
  it("keeps keys and objects over stop and start, and takes a second start for the first", async () => {
    const aws = await createAws({ persist: true });
    const keys = await createKmsKeys(aws);
    const bucket = await createBucket({ aws });
    const s3 = testS3(aws);
    const kms = testKms(aws);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "kept" }));
    const { directory } = aws.server;
    const again = await startMinistackServer({ directory, program: await installMinistack() });
    assert.equal(again.pid(), aws.server.pid());
    await aws.server.stop();
    assert.equal(openMinistackServer(directory)?.running(), false);
    await aws.server.start();
    assert.equal(openMinistackServer(directory)?.endpoint, aws.endpoint);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "a" }));
    assert.equal(await Body?.transformToString(), "kept");
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keys.kms }));
    assert.equal(KeyMetadata?.KeyState, "Enabled");
    s3.destroy();
    kms.destroy();
  });

  it("can be killed", async () => {
    const aws = await createAws();
    await aws.server.kill();
    assert.equal(aws.server.running(), false);
    await assert.rejects(fetch(aws.endpoint));
    await aws.server.start();
    assert.ok(aws.server.running());
  });
});
