import { resolve } from "node:path";
import { loadPlan } from "../scripts/lib/load-plan.ts";
import { runCommand } from "../scripts/lib/run-command.ts";
import { sandboxDown } from "./down.ts";
import { describeStory } from "./start/describe-story.ts";
import { runStory } from "./start/run-story.ts";
import { sandboxUp } from "./up.ts";

/** Apart from the sandbox that a person keeps: this one is made anew and removed by every run. */
const DIRECTORY = resolve(import.meta.dirname, "../.holdfast/start");

await runCommand({
  name: "start",
  summary:
    "The whole job on this machine: seed two products, back them up, break them, restore them, prove it, show the evidence.",
  usage: "npm start -- [--scale N] [--keep] [--json]",
  options: {
    scale: {
      type: "integer",
      placeholder: "N",
      default: 1,
      min: 1,
      max: 1000,
      description: "multiplies the sample data (1 is about 10 MB a product)",
    },
    keep: {
      type: "boolean",
      description: "leave servers and data for a look; npm start removes them next time",
    },
  },
  examples: ["npm start", "npm start -- --scale 20", "npm start -- --json"],
  async run({ scale, keep }, { clock, signal, progress, say }) {
    const startedAt = clock();
    await sandboxDown({ directory: DIRECTORY, remove: true });
    try {
      const sandbox = await sandboxUp({ directory: DIRECTORY, scale, base: startedAt, onStep: say });
      Object.assign(process.env, sandbox.environment);
      const plan = await loadPlan({ plan: sandbox.planFile });
      const story = await runStory({ sandbox, plan, clock, signal, progress, say });
      const seconds = (clock().getTime() - startedAt.getTime()) / 1000;
      return {
        exitCode: story.verdict === "PASS" ? 0 : 3,
        result: { ...story, seconds },
        text: describeStory(story, seconds, keep ? sandbox : undefined),
      };
    } finally {
      if (!keep) await sandboxDown({ directory: DIRECTORY, remove: true, onStep: say });
    }
  },
});
