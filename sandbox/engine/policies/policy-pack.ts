import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import type { AnalyzeDiagnostic, AnalyzeResponse, AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb.js";
import { parse } from "yaml";
import { EngineError, unsupported } from "../engine-error.ts";
import { startPluginProcess } from "../plugins/plugin-process.ts";
import { callUnary } from "../protocol/call-unary.ts";
import { analyzerMessages, analyzerServices, CHANNEL_OPTIONS, emptyMessages, grpc } from "../protocol/sdk.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { analyzedResource, analyzeRequest } from "./analyze-request.ts";

/** A policy that a resource, or the stack, does not keep. */
export interface PolicyViolation {
  readonly packName: string;
  readonly packVersion: string;
  readonly policyName: string;
  readonly message: string;
  /** A mandatory one stops the run; the others are only told. */
  readonly isMandatory: boolean;
  /** The resource; of the stack as a whole when absent. */
  readonly urn?: string;
}

/** A pack of policies, judged by a process of its own as the real engine has it. */
export interface PolicyPack {
  /** Judges a resource's inputs, before anything is made of them. */
  analyze(resource: ResourceState): Promise<PolicyViolation[]>;
  /** Judges all resources of the stack together, with their outputs. */
  analyzeStack(resources: readonly ResourceState[]): Promise<PolicyViolation[]>;
  close(): void;
}

export interface PolicyPackOptions {
  readonly engineAddress: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly onOutput: (line: string) => void;
}

/**
 * Starts the policy pack of a folder.
 * @param directory holds PulumiPolicy.yaml and package.json
 * @throws EngineError when it is no pack for Node, does not start, or changes resources itself
 */
export async function startPolicyPack(directory: string, options: PolicyPackOptions): Promise<PolicyPack> {
  const folder = resolve(directory);
  const { address, stop } = await startPluginProcess({
    module: analyzerModule(folder),
    engineAddress: options.engineAddress,
    argv: [mainOf(folder)],
    directory: folder,
    environment: options.environment,
    onOutput: options.onOutput,
  });
  const credentials = grpc.credentials.createInsecure();
  const client = new analyzerServices.AnalyzerClient(address, credentials, CHANNEL_OPTIONS);
  const close = (): void => {
    client.close();
    stop();
  };
  try {
    await requireJudgesOnly(client, folder);
  } catch (error) {
    close();
    throw error;
  }
  return { ...judgeWith(client), close };
}

function judgeWith(client: AnalyzerClient): Omit<PolicyPack, "close"> {
  return {
    analyze: async (resource) =>
      violations(
        await callUnary<AnalyzeResponse>((done) => client.analyze(analyzeRequest(resource), done)),
        resource.urn,
      ),
    analyzeStack: async (resources) => {
      const request = new analyzerMessages.AnalyzeStackRequest();
      request.setResourcesList(resources.map(analyzedResource));
      return violations(await callUnary<AnalyzeResponse>((done) => client.analyzeStack(request, done)));
    },
  };
}

function violations(reply: AnalyzeResponse, urn?: string): PolicyViolation[] {
  return reply.getDiagnosticsList().map((diagnostic: AnalyzeDiagnostic) => {
    const named = diagnostic.getUrn() || urn;
    return {
      packName: diagnostic.getPolicypackname(),
      packVersion: diagnostic.getPolicypackversion(),
      policyName: diagnostic.getPolicyname(),
      message: diagnostic.getMessage(),
      isMandatory: diagnostic.getEnforcementlevel() === analyzerMessages.EnforcementLevel.MANDATORY,
      ...(named ? { urn: named } : {}),
    };
  });
}

async function requireJudgesOnly(client: AnalyzerClient, folder: string): Promise<void> {
  const info = await callUnary<AnalyzerInfo>((done) =>
    client.getAnalyzerInfo(new emptyMessages.Empty(), done),
  );
  const changing = info
    .getPoliciesList()
    .find((policy) => policy.getEnforcementlevel() === analyzerMessages.EnforcementLevel.REMEDIATE);
  if (changing) throw unsupported(`the remediating policy "${changing.getName()}" of ${folder}`);
}

function mainOf(folder: string): string {
  let settings: { readonly runtime?: unknown; readonly main?: unknown };
  try {
    settings = parse(readFileSync(join(folder, "PulumiPolicy.yaml"), "utf8"));
  } catch (error) {
    throw new EngineError(`${folder} is no policy pack: ${(error as Error).message}`, { cause: error });
  }
  if (settings?.runtime !== "nodejs")
    throw unsupported(`the policy runtime ${JSON.stringify(settings?.runtime)}`);
  return typeof settings.main === "string" ? join(folder, settings.main) : folder;
}

function analyzerModule(folder: string): string {
  try {
    return createRequire(join(folder, "pack.js")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  } catch (error) {
    throw new EngineError(`@pulumi/pulumi is not found from ${folder}; run npm ci there`, { cause: error });
  }
}
