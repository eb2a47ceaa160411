import assert from "node:assert/strict";
import { inspect } from "node:util";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import { openManagementApi } from "../../../supabase/open-management-api.ts";
import { checkAnswer, checkRequest } from "../../support/openapi-subset.ts";
import { type ScriptedApi, type ScriptedRequest, startScriptedApi } from "../../support/scripted-api.ts";
import { virtualTime } from "../../support/virtual-time.ts";
import type { RecordedAnswer } from "./recorded-answer.ts";
import { type RecordedEndpoint, recorded } from "./recorded-answers.ts";

/** One call: what it must send, and what it must make of the recorded answer. */
export interface CallCase {
  readonly call: string;
  readonly endpoint: RecordedEndpoint;
  readonly ask: (api: ManagementApi) => Promise<unknown>;
  /** What must come of the recorded answer. @default undefined */
  readonly result?: unknown;
  /** The request's body as JSON. @default none */
  readonly body?: unknown;
  /** The request's query. @default none */
  readonly query?: Readonly<Record<string, string | string[]>>;
  /** Headers that must be sent besides the client's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Field of the answer without which it cannot be read, as the error names it; absent where nothing is read. */
  readonly field?: string;
  /** A write that is sent again after a lost answer. Reads always are. @default false */
  readonly repeatable?: boolean;
  /** Goes out with the request, and into no error. */
  readonly secret?: string;
  /** The answer to be given where it cannot be recorded as JSON. */
  readonly bytes?: Uint8Array;
  /** The answer's fields are the user's own: names and kinds are not the vendor's. @default false */
  readonly rows?: boolean;
}

/** What every call must do, as tests: one group for each case. */
export function checkCalls(title: string, cases: readonly CallCase[]): void {
  describe(title, () => {
    let scripted: ScriptedApi;
    let api: ManagementApi;

    beforeEach(async () => {
      scripted = await startScriptedApi();
      const { clock, sleep } = virtualTime();
      api = openManagementApi({ endpoint: scripted.endpoint, token: scripted.token, clock, sleep });
    });
    afterEach(() => scripted.close());

    for (const one of cases) {
      const [method = "", route = ""] = one.endpoint.split(" ");
      const answer = recorded(one.endpoint);
      const given = one.bytes ? { body: one.bytes } : inFull(answer);
      const sent = () => scripted.requests.at(-1);

      describe(one.call, () => {
        it("sends what is documented and reads the answer", async () => {
          scripted.on(method, route, given);
          assert.deepEqual(await one.ask(api), one.result);
          assert.equal(scripted.requests.length, 1);
          assert.deepEqual(sent()?.json, one.body);
          assert.deepEqual(queryOf(sent()), one.query ?? {});
          for (const [name, value] of Object.entries(one.headers ?? {})) {
            assert.equal(sent()?.headers[name], value);
          }
          // A file is no JSON, whatever the description makes of it.
          const described = one.bytes ? [] : checkAnswer(method, route, answer.status, answer.body);
          assert.deepEqual([...described, ...sentAsDescribed(method, route, sent())], []);
        });

        if (one.field !== undefined) {
          const { field } = one;
          it("names the endpoint and the field that is missing", async () => {
            scripted.on(method, route, { status: answer.status, json: without(answer.body, field) });
            const error = await refusal(one.ask(api), "SUPABASE_REPLY_UNEXPECTED");
            assert.ok(error.message.includes(`${field}: expected`), error.message);
            assert.ok(error.message.includes(route.replaceAll(/\{.*/g, "")), error.message);
            assert.equal("endpoint" in error && error.endpoint, one.endpoint);
          });
        }

        if (one.result !== undefined && !one.rows && !one.bytes) {
          it("names each field of a wrong kind, unless nobody reads it", async () => {
            for (const field of fieldsOf(answer.body)) {
              scripted.on(method, route, { status: answer.status, json: withWrong(answer.body, field) });
              const outcome = await one.ask(api).catch((error: unknown) => error);
              if (!(outcome instanceof HoldfastError)) assert.deepEqual(outcome, one.result, field);
              else assert.ok(outcome.message.includes(`${field}: expected`), `${field}: ${outcome.message}`);
            }
          });

          it("reads on over fields that are new", async () => {
            scripted.on(method, route, { status: answer.status, json: withNews(answer.body) });
            assert.deepEqual(await one.ask(api), one.result);
          });
        }

        it(
          method === "GET" || one.repeatable
            ? "is sent again after a lost answer"
            : "is never sent again after a lost answer",
          async () => {
            scripted.on(method, route, "reset", given);
            if (method === "GET" || one.repeatable) assert.deepEqual(await one.ask(api), one.result);
            else await refusal(one.ask(api), "SUPABASE_OUTCOME_UNKNOWN");
            assert.equal(scripted.requests.length, method === "GET" || one.repeatable ? 2 : 1);
          },
        );

        it("tells a refusal without what was sent", async () => {
          scripted.on(method, route, { status: 400, json: { message: "Not today." } });
          const error = await refusal(one.ask(api), "SUPABASE_REFUSED");
          assert.match(error.message, /Not today\./);
          if (one.secret === undefined) return;
          assert.ok(JSON.stringify(sent()?.json).includes(one.secret), "the secret was not even sent");
          assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(one.secret));
        });
      });
    }
  });
}

function inFull({ status, body }: RecordedAnswer) {
  return body === undefined ? ({ status, empty: true } as const) : { status, json: body };
}

async function refusal(asked: Promise<unknown>, code: string): Promise<HoldfastError> {
  const error = await asked.then(
    () => assert.fail(`not refused with ${code}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HoldfastError, inspect(error));
  assert.equal(error.code, code, error.message);
  return error;
}

function queryOf(request: ScriptedRequest | undefined): Record<string, string | string[]> {
  const query = request?.query ?? new URLSearchParams();
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const [first = "", ...others] = query.getAll(name);
      return [name, others.length === 0 ? first : [first, ...others]];
    }),
  );
}

/** Against the vendor's own description, where it is at hand. */
function sentAsDescribed(method: string, route: string, request: ScriptedRequest | undefined): string[] {
  const { json, parameters = {}, query = new URLSearchParams() } = request ?? {};
  return checkRequest(method, route, { body: json, parameters, query });
}

/** Every field of an answer as an error names it: `[0].config.enabled`. */
function fieldsOf(value: unknown, at = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const here = Array.isArray(value) ? `${at}[${name}]` : `${at}${at && "."}${name}`;
    return [here, ...fieldsOf(field, here)];
  });
}

/** A copy without one field. */
function without(body: unknown, field: string): unknown {
  const { copy, holder, name } = open(body, field);
  Reflect.deleteProperty(holder, name);
  return copy;
}

/** A copy with one field that is neither text, number, list nor any object that was asked for. */
function withWrong(body: unknown, field: string): unknown {
  const { copy, holder, name } = open(body, field);
  Reflect.set(holder, name, typeof Reflect.get(holder, name) === "boolean" ? 1 : true);
  return copy;
}

function open(body: unknown, field: string) {
  const copy: unknown = structuredClone(body);
  const path = field.split(/[.[\]]+/).filter(Boolean);
  const name = path.pop() ?? "";
  const holder = path.reduce((value, step): object => Object(Reflect.get(value, step)), Object(copy));
  assert.ok(Object.hasOwn(holder, name), `${field} is not in the recorded answer`);
  return { copy, holder, name };
}

/** A copy with a field more in each object. */
function withNews(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNews);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [name, withNews(field)]);
  return Object.fromEntries([...fields, ["of_the_future", { since: 2027 }]]);
}
