import { HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { storeError } from "./store-error.ts";

/**
 * The store's own time, from the `Date` of an answer (whole seconds), or undefined when it sends none. Where a wrong
 * clock would delete or unlock too early, this machine's is not to be trusted alone.
 */
export async function storeTime(s3: S3Client, bucket: string): Promise<Date | undefined> {
  let date: string | undefined;
  const command = new HeadBucketCommand({ Bucket: bucket });
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (typeof response === "object" && response !== null && "headers" in response) {
        const headers = new Map(Object.entries(Object(response.headers)));
        date = String(headers.get("date") ?? "");
      }
      return result;
    },
    { step: "deserialize", name: "readDate", priority: "low" },
  );
  await s3.send(command).catch((error: unknown) => {
    throw storeError(error, { operation: "HeadBucket", bucket });
  });
  const at = new Date(date ?? "");
  return Number.isNaN(at.getTime()) ? undefined : at;
}
