import { KMS } from "@aws-sdk/client-kms";

export interface KeyClientOptions {
  /** For KMS behind another address than AWS's. */
  readonly endpoint?: string;
  /** @default 3 */
  readonly connectSeconds?: number;
  /** A call without an answer is given up. @default 5 */
  readonly answerSeconds?: number;
  /** @default 3 */
  readonly attempts?: number;
}

/** Gives one KMS client for each region. Without KMS a call fails within about 20 seconds. */
export function keyClients(options: KeyClientOptions): { of: (region: string) => KMS; close: () => void } {
  const { endpoint, connectSeconds = 3, answerSeconds = 5, attempts = 3 } = options;
  const clients = new Map<string, KMS>();
  const create = (region: string) =>
    new KMS({
      region,
      ...(endpoint && { endpoint }),
      maxAttempts: attempts,
      requestHandler: {
        connectionTimeout: connectSeconds * 1000,
        requestTimeout: answerSeconds * 1000,
        throwOnRequestTimeout: true,
      },
    });
  return {
    of(region) {
      const client = clients.get(region) ?? create(region);
      clients.set(region, client);
      return client;
    },
    close() {
      for (const client of clients.values()) client.destroy();
    },
  };
}
