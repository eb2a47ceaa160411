import { main, type Provider } from "@pulumi/pulumi/provider/index.js";

type Values = Record<string, unknown>;

/** A provider as the SDK has them written, served by `main` in a process of its own. */
const echo: Provider = {
  version: "1.2.3",
  async check(_urn: string, _olds: Values, news: Values) {
    return news.text === ""
      ? { inputs: news, failures: [{ property: "text", reason: "is empty" }] }
      : { inputs: news };
  },
  async diff(_id: string, _urn: string, olds: Values, news: Values) {
    const replaces = olds.kind === news.kind ? [] : ["kind"];
    return { changes: olds.text !== news.text || replaces.length > 0, replaces };
  },
  async create(urn: string, inputs: Values) {
    return { id: `echo-${urn.split("::").at(-1)}`, outs: { ...inputs, said: `${inputs.text}!` } };
  },
  async update(_id: string, _urn: string, _olds: Values, news: Values) {
    return { outs: { ...news, said: `${news.text}!` } };
  },
  async read(id: string, _urn: string, props: Values) {
    return { id, props };
  },
  async delete() {},
  async invoke(token: string, inputs: Values) {
    if (inputs.fail) return { failures: [{ property: "fail", reason: "was asked for" }] };
    return { outputs: { token, text: inputs.text } };
  },
};

await main(echo, process.argv.slice(2));
