import { formatByteSize } from "../../plan/byte-size.ts";
import { declaresVault } from "../../plan/declares-vault.ts";
import { canaryAlarmName, canaryArrival } from "../measure/canary-arrival.ts";
import { vaultBytes } from "../measure/vault-bytes.ts";
import { tellChat } from "../watch/tell-chat.ts";
import type { HealthContext, HealthFacts } from "./health-context.ts";
import { fail, type HealthLine, type Judged, notMeasured, pass, warn } from "./health-line.ts";
import { judgeLine } from "./judge-line.ts";

/** What concerns the environment as a whole: its storage, and whether alerts arrive. */
export async function environmentLines(context: HealthContext, facts: HealthFacts): Promise<HealthLine[]> {
  const { plan, signal } = context;
  const { storagePercent } = plan.alerts.thresholds;
  return await Promise.all([
    judgeLine(
      { id: "storage", bound: `< ${storagePercent} % of the budget` },
      () => judgeStorage(context, storagePercent),
      signal,
    ),
    judgeLine(
      { id: "alert-path", bound: "the test alert arrived, somebody hears it" },
      () => (declaresVault(plan.vault) ? judgeCanary(context, facts) : judgeChat(context)),
      signal,
    ),
  ]);
}

async function judgeStorage({ plan, vault, signal }: HealthContext, percent: number): Promise<Judged> {
  const budget = plan.vault.budget.storageBytes;
  if (budget === undefined) return notMeasured("the plan names no vault.budget.storage");
  const names = plan.projects.map(({ name }) => name);
  const { bytes } = await vaultBytes(vault, names, signal);
  const share = (100 * bytes) / budget;
  const figure = `${share.toFixed(1)} %: ${formatByteSize(bytes)} of ${formatByteSize(budget)}`;
  if (share < percent) return pass(figure);
  return share < 100 ? warn(figure) : fail(figure);
}

async function judgeCanary({ plan, alerts }: HealthContext, { now, beganAt }: HealthFacts): Promise<Judged> {
  const { environment } = plan;
  const { schedule } = plan.alerts.canary;
  const arrival = await canaryArrival(alerts(), { environment, schedule, now });
  const { dueAt, exists, firedAt, refusal, confirmed, pending, unheard } = arrival;
  if (!exists) return fail(`there is no alarm ${canaryAlarmName(environment)}`);
  if (firedAt === undefined && dueAt < (await beganAt())) return notMeasured("no test alert was due yet");
  const due = `due ${dueAt.toISOString().slice(0, 16)}Z`;
  if (firedAt === undefined) return fail(`${due}, and did not come`);
  const came = `${due}, came ${firedAt.toISOString().slice(0, 16)}Z`;
  if (refusal !== undefined) return fail(`${came}; ${refusal}`);
  if (confirmed === 0) return fail(`${came}; nobody is subscribed, ${pending} not confirmed`);
  if (unheard.length > 0) return fail(`${came}; nobody is subscribed to ${unheard.join(", ")}`);
  const heard = `${came}; ${confirmed} subscribed`;
  return pending === 0 ? pass(heard) : warn(`${heard}, ${pending} not confirmed`);
}

/** Where no stack of AWS carries alerts, the chat does. */
async function judgeChat({ plan, chatUrl, signal }: HealthContext): Promise<Judged> {
  const url = await chatUrl();
  if (url === undefined)
    return notMeasured("the vault is no stack of AWS, and the plan names no alerts.chatWebhook");
  const text = `Holdfast ${plan.environment}: this is the test of the alert path. Nothing is to be done.`;
  const told = await tellChat(url, text, { signal });
  return told.accepted ? pass(`the chat answered ${told.answer}`) : fail(`the chat: ${told.answer}`);
}
