import type { ServiceError } from "@grpc/grpc-js";
import type { RunResponse } from "@pulumi/pulumi/proto/language_pb.js";
import { CHANNEL_OPTIONS, grpc, languageMessages, languageServices } from "../protocol/sdk.ts";
import type { Program } from "./program.ts";

/**
 * A program that lives in the caller's process: the Automation API serves it at `--client`.
 * @param address `host:port`
 */
export function inlineProgram(address: string): Program {
  return async (context) => {
    const client = new languageServices.LanguageRuntimeClient(
      address,
      grpc.credentials.createInsecure(),
      CHANNEL_OPTIONS,
    );
    const request = new languageMessages.RunRequest();
    request.setProject(context.project).setStack(context.stack).setOrganization("organization");
    request.setDryrun(context.dryRun).setParallel(context.parallel);
    request.setMonitorAddress(context.monitorAddress).setArgsList([context.engineAddress]);
    request.setConfigsecretkeysList([...context.secretKeys]);
    for (const [key, value] of Object.entries(context.config)) request.getConfigMap().set(key, value);
    try {
      const reply = await new Promise<RunResponse>((resolve, reject) => {
        const call = client.run(request, (error: ServiceError | null, answer) =>
          error ? reject(error) : resolve(answer),
        );
        context.signal.addEventListener("abort", () => call.cancel(), { once: true });
        if (context.signal.aborted) call.cancel();
      });
      return reply.getError() || undefined;
    } catch (error) {
      const { code, details } = error as ServiceError;
      return code === grpc.status.CANCELLED ? "the program was stopped" : details || String(error);
    } finally {
      client.close();
    }
  };
}
