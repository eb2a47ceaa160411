import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asJson } from "../canonical.ts";
import { document } from "../document.ts";

/** Which images of a repository expire. @see https://www.pulumi.com/registry/packages/aws/api-docs/ecr/lifecyclepolicy/ */
export const lifecyclePolicy = awsResource({
  type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  inputs: { repository: z.string(), policy: document },
  replaces: ["repository"],
  canonical: { policy: asJson },
  unique: ["repository"],
  absent: ["LifecyclePolicyNotFoundException", "RepositoryNotFoundException"],
  async create({ aws, inputs }) {
    const { repository: repositoryName, policy: lifecyclePolicyText } = inputs;
    await (await aws.client("ecr")).putLifecyclePolicy({ repositoryName, lifecyclePolicyText });
    return repositoryName;
  },
  async read({ aws, id }) {
    const found = await (await aws.client("ecr")).getLifecyclePolicy({ repositoryName: id });
    const { repositoryName: repository, lifecyclePolicyText: policy, registryId } = found;
    return { repository, policy, registryId };
  },
  async update({ aws, id, inputs }) {
    const lifecyclePolicyText = inputs.policy;
    await (await aws.client("ecr")).putLifecyclePolicy({ repositoryName: id, lifecyclePolicyText });
  },
  async delete({ aws, id }) {
    await (await aws.client("ecr")).deleteLifecyclePolicy({ repositoryName: id });
  },
});
