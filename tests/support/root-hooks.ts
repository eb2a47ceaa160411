import { stopServers, useTestCredentials } from "./servers.ts";

/** Around the whole run: no test reaches a real AWS account, no server outlives the run. */
export const mochaHooks = {
  beforeAll(): void {
    useTestCredentials();
  },
  async afterAll(): Promise<void> {
    await stopServers();
  },
};
