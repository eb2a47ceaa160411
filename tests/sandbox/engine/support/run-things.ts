import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { pulumiCommand } from "../../../../sandbox/engine/pulumi-command.ts";
import { ROOT } from "./engine-project.ts";
import { WorldThing } from "./world-thing.ts";

// A run in a process of its own, for tests that kill it: `node run-things.ts <project directory>`.
const [, , workDir = ""] = process.argv;
const stack = await LocalWorkspace.createOrSelectStack(
  {
    stackName: "dev",
    projectName: "world",
    program: async () => {
      for (const name of ["a", "b", "c"]) new WorldThing(name, { x: 1 });
    },
  },
  {
    workDir,
    pulumiCommand: pulumiCommand(),
    projectSettings: { name: "world", runtime: "nodejs", main: ROOT },
  },
);
await stack.up({ parallel: 1 });
