import { createRequire } from "node:module";
import { join } from "node:path";
import { EngineError, unsupported } from "../engine-error.ts";
import { GrpcPlugin } from "./grpc-plugin.ts";
import { startPluginProcess } from "./plugin-process.ts";
import type { StartPlugin } from "./provider-registry.ts";

/** The package of dynamic resources, whose provider comes with the SDK. */
export const DYNAMIC_PACKAGE = "pulumi-nodejs";

export interface PluginHostOptions {
  readonly project: string;
  readonly stack: string;
  readonly engineAddress: string;
  /** Where the program lies: the provider runs there, and the SDK is found from there. */
  readonly programDirectory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** By package, the module that serves its provider (`provider.main` of the SDK). */
  readonly plugins: Readonly<Record<string, string>>;
  readonly onOutput: (line: string) => void;
}

/** Starts providers as processes: that of dynamic resources from the program's own SDK, others from the table. */
export function pluginStarter(options: PluginHostOptions): StartPlugin {
  return async (packageName) => {
    const { project, stack, engineAddress, programDirectory, environment, onOutput } = options;
    const process = await startPluginProcess({
      module:
        packageName === DYNAMIC_PACKAGE
          ? dynamicProvider(programDirectory)
          : pluginModule(options, packageName),
      engineAddress,
      directory: programDirectory,
      environment: { ...environment, PULUMI_NODEJS_PROJECT: project, PULUMI_NODEJS_STACK: stack },
      onOutput,
    });
    const plugin = new GrpcPlugin(process.address, process.stop);
    try {
      await plugin.ready();
    } catch (error) {
      plugin.close();
      throw error;
    }
    return plugin;
  };
}

function pluginModule({ plugins }: PluginHostOptions, packageName: string): string {
  const module = plugins[packageName];
  if (module === undefined) throw unsupported(`the provider "${packageName}"`);
  return module;
}

function dynamicProvider(programDirectory: string): string {
  try {
    return createRequire(join(programDirectory, "program.js")).resolve("@pulumi/pulumi/cmd/dynamic-provider");
  } catch (error) {
    throw new EngineError(
      `@pulumi/pulumi is not found from ${programDirectory}; set main in Pulumi.yaml to the folder of the program`,
      { cause: error },
    );
  }
}
