import type { AwsSettings } from "./aws-settings.ts";

/** A client of every service in use. Loaded when first asked for: a run needs a few of them only. */
const LOADERS = {
  cloudwatch: async () => (await import("@aws-sdk/client-cloudwatch")).CloudWatch,
  ec2: async () => (await import("@aws-sdk/client-ec2")).EC2,
  ecr: async () => (await import("@aws-sdk/client-ecr")).ECR,
  ecs: async () => (await import("@aws-sdk/client-ecs")).ECS,
  events: async () => (await import("@aws-sdk/client-eventbridge")).EventBridge,
  iam: async () => (await import("@aws-sdk/client-iam")).IAM,
  kms: async () => (await import("@aws-sdk/client-kms")).KMS,
  logs: async () => (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogs,
  rds: async () => (await import("@aws-sdk/client-rds")).RDS,
  s3: async () => (await import("@aws-sdk/client-s3")).S3,
  scheduler: async () => (await import("@aws-sdk/client-scheduler")).Scheduler,
  secretsmanager: async () => (await import("@aws-sdk/client-secrets-manager")).SecretsManager,
  sfn: async () => (await import("@aws-sdk/client-sfn")).SFN,
  sns: async () => (await import("@aws-sdk/client-sns")).SNS,
  sqs: async () => (await import("@aws-sdk/client-sqs")).SQS,
  sts: async () => (await import("@aws-sdk/client-sts")).STS,
};

type Loaders = typeof LOADERS;
export type AwsService = keyof Loaders;
type Client<Service extends AwsService> = InstanceType<Awaited<ReturnType<Loaders[Service]>>>;

/** Other names that the real provider knows the endpoints of these services by. */
const ENDPOINT_NAMES: Partial<Record<AwsService, readonly string[]>> = {
  logs: ["cloudwatchlog", "cloudwatchlogs"],
  events: ["eventbridge", "cloudwatchevents"],
  sfn: ["stepfunctions"],
};

/** What every client takes, and what one of S3 takes besides. */
interface ClientSettings {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number };
  readonly endpoint?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly profile?: string;
  readonly forcePathStyle?: boolean;
}

/** The real provider's own, @see https://www.pulumi.com/registry/packages/aws/installation-configuration/ */
const DEFAULT_RETRIES = 25;
/** A server that takes longer to accept, or to answer, counts as absent, in milliseconds. */
const CONNECT_MILLISECONDS = 5000;
const ANSWER_MILLISECONDS = 60_000;

export interface AwsIdentity {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
}

/** The clients of one provider, with its settings. */
export class AwsSession {
  readonly settings: AwsSettings;
  readonly #clients = new Map<string, Promise<object>>();
  #identity?: Promise<AwsIdentity>;

  constructor(settings: AwsSettings) {
    this.settings = settings;
  }

  get defaultTags(): Readonly<Record<string, string>> {
    return this.settings.defaultTags?.tags ?? {};
  }

  /** Such as `aws`; `aws-cn` and `aws-us-gov` in the regions named so. */
  get partition(): string {
    const { region } = this.settings;
    if (region.startsWith("cn-")) return "aws-cn";
    return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  }

  client<Service extends AwsService>(
    service: Service,
    region = this.settings.region,
  ): Promise<Client<Service>> {
    const key = `${service} ${region}`;
    let client = this.#clients.get(key);
    if (!client) {
      client = this.#load(service, region);
      this.#clients.set(key, client);
    }
    // The key names the service, so that what is kept by it is a client of that service.
    return client as Promise<Client<Service>>;
  }

  /** Who the credentials belong to; asked once. */
  identity(): Promise<AwsIdentity> {
    this.#identity ??= this.#askIdentity();
    return this.#identity;
  }

  /**
   * The account of the credentials; empty when it is not to be asked for.
   * @throws Error when it is not one of those that the settings allow
   */
  async accountId(): Promise<string> {
    const { skipRequestingAccountId, allowedAccountIds, forbiddenAccountIds } = this.settings;
    if (skipRequestingAccountId) return "";
    const { accountId } = await this.identity();
    if (allowedAccountIds?.includes(accountId) === false || forbiddenAccountIds?.includes(accountId))
      throw new Error(`AWS account ID not allowed: ${accountId}`);
    return accountId;
  }

  async #load(service: AwsService, region: string): Promise<object> {
    // The classes take the same settings, but each names the type of its own.
    const ServiceClient = (await LOADERS[service]()) as new (settings: ClientSettings) => object;
    return new ServiceClient(this.#clientSettings(service, region));
  }

  async #askIdentity(): Promise<AwsIdentity> {
    const sts = await this.client("sts");
    const { Account = "", Arn = "", UserId = "" } = await sts.getCallerIdentity({});
    return { accountId: Account, arn: Arn, userId: UserId };
  }

  #clientSettings(service: AwsService, region: string): ClientSettings {
    const { accessKey, secretKey, token, profile, maxRetries, s3UsePathStyle } = this.settings;
    const names: readonly string[] = [service, ...(ENDPOINT_NAMES[service] ?? [])];
    const endpoint = this.settings.endpoints
      .flatMap((table) => names.map((name) => table[name]))
      .find((url) => url);
    const credentials =
      accessKey && secretKey
        ? { accessKeyId: accessKey, secretAccessKey: secretKey, ...(token ? { sessionToken: token } : {}) }
        : undefined;
    return {
      region,
      maxAttempts: (maxRetries ?? DEFAULT_RETRIES) + 1,
      requestHandler: { connectionTimeout: CONNECT_MILLISECONDS, requestTimeout: ANSWER_MILLISECONDS },
      ...(endpoint ? { endpoint } : {}),
      ...(credentials ? { credentials } : {}),
      ...(profile ? { profile } : {}),
      ...(service === "s3" ? { forcePathStyle: s3UsePathStyle } : {}),
    };
  }
}
