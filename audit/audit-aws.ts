import type { S3Client } from "@aws-sdk/client-s3";
import type { VaultPlan } from "../plan/protection-plan.ts";
import { storeClient } from "../vault/store-client.ts";

/** Services that an audit asks, loaded when first asked for. S3 has a door of its own: `s3`. */
const LOADERS = {
  cloudwatch: async () => (await import("@aws-sdk/client-cloudwatch")).CloudWatch,
  ecs: async () => (await import("@aws-sdk/client-ecs")).ECS,
  events: async () => (await import("@aws-sdk/client-eventbridge")).EventBridge,
  iam: async () => (await import("@aws-sdk/client-iam")).IAM,
  kms: async () => (await import("@aws-sdk/client-kms")).KMS,
  scheduler: async () => (await import("@aws-sdk/client-scheduler")).Scheduler,
  sfn: async () => (await import("@aws-sdk/client-sfn")).SFN,
  sns: async () => (await import("@aws-sdk/client-sns")).SNS,
  sts: async () => (await import("@aws-sdk/client-sts")).STS,
};
type Loaders = typeof LOADERS;
export type AuditedService = keyof Loaders;
type Client<Service extends AuditedService> = InstanceType<Awaited<ReturnType<Loaders[Service]>>>;

/** Clients of AWS for the services that the stack declares, by service and region. */
export interface AuditAws {
  /** @param region @default the vault's */
  client<Service extends AuditedService>(service: Service, region?: string): Promise<Client<Service>>;
  /** For another region than the vault's, such as the replica's. */
  s3(region: string): S3Client;
  close(): void;
}

/** A server that takes longer to accept, or to answer, counts as absent, in milliseconds. */
const CONNECT_MILLISECONDS = 5_000;
const ANSWER_MILLISECONDS = 15_000;

/** The store and KMS at the plan's own endpoints, everything else where the SDK finds it. */
export function auditAws(vault: Pick<VaultPlan, "region" | "endpoint" | "kmsEndpoint">): AuditAws {
  const clients = new Map<string, Promise<{ destroy(): void }>>();
  const stores = new Map<string, S3Client>();
  const load = async (service: AuditedService, region: string) => {
    // The classes take the same settings, but each names the type of its own.
    const ServiceClient = (await LOADERS[service]()) as new (settings: object) => { destroy(): void };
    return new ServiceClient({
      region,
      maxAttempts: 3,
      requestHandler: { connectionTimeout: CONNECT_MILLISECONDS, requestTimeout: ANSWER_MILLISECONDS },
      ...(service === "kms" && vault.kmsEndpoint && { endpoint: vault.kmsEndpoint }),
    });
  };
  return {
    client(service, region = vault.region) {
      const key = `${service} ${region}`;
      const client = clients.get(key) ?? load(service, region);
      clients.set(key, client);
      // The key names the service, so that what is kept by it is a client of that service.
      return client as Promise<Client<typeof service>>;
    },
    s3(region) {
      const store =
        stores.get(region) ?? storeClient({ region, ...(vault.endpoint && { endpoint: vault.endpoint }) });
      stores.set(region, store);
      return store;
    },
    close() {
      for (const client of clients.values()) client.then((one) => one.destroy()).catch(() => undefined);
      for (const store of stores.values()) store.destroy();
    },
  };
}
