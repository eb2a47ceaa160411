import { InitFailed, type PluginResource } from "../../../../sandbox/plugins/plugin-provider.ts";
import { serveProvider } from "../../../../sandbox/plugins/serve-provider.ts";

let prefix = "";

/** Not ready while its input says so; fails with all that it knows when it is told to. */
const thing: PluginResource = {
  check: ({ news }) => ({ inputs: { size: 1, ...news } }),
  diff: ({ outputs, news }) => {
    const changed = Object.keys(news).filter((key) => outputs[key] !== news[key]);
    return { changed, replaces: changed.filter((key) => key === "size") };
  },
  async create({ inputs }) {
    if (inputs.fail) throw new Error(`cannot do ${JSON.stringify(inputs)}`);
    const state = { id: `${prefix}-1`, outputs: { ...inputs, answer: `${prefix} ${inputs.word}`, old: "" } };
    if (inputs.unready) throw new InitFailed(state, [`${inputs.word} is not ready`]);
    return state;
  },
  async update({ news, inputs }) {
    return { outputs: { ...news, answer: `${prefix} ${news.word}`, old: inputs.word ?? "" } };
  },
  read: async ({ id, inputs, outputs }) => (inputs.gone ? undefined : { id, inputs, outputs }),
  delete: async () => undefined,
  secretWithInputs: ["answer"],
  unknownInUpdate: ["answer"],
};

await serveProvider({
  version: "1.0.0",
  resources: { "moody:index:Thing": thing },
  functions: { "moody:index:prefix": async (args) => ({ text: `${prefix}${args.text}` }) },
  replacingSettings: ["prefix"],
  configure: (settings) => {
    prefix = String(settings.prefix);
  },
});
