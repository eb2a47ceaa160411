import { awsErrorFacts } from "./aws-error.ts";

/**
 * Sends a request about one version. The version `null` of a bucket without versions has to be named on AWS, where
 * it may stand among others, and must not be named on some other stores.
 */
export async function onVersion<Answer>(
  versionId: string,
  send: (version: { readonly VersionId?: string }) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await send({ VersionId: versionId });
  } catch (error) {
    if (versionId !== "null" || awsErrorFacts(error).httpStatus !== 400) throw error;
    return await send({});
  }
}
