import { z } from "zod";
import { field } from "../../plan/schema/field.ts";
import { getSslEnforcement } from "../../supabase/calls/get-ssl-enforcement.ts";
import { setSslEnforcement } from "../../supabase/calls/set-ssl-enforcement.ts";
import { defineSetting } from "./define-setting.ts";
import { projectRef } from "./project-ref.ts";
import { resourceInputs } from "./resource-inputs.ts";

/** A change restarts the database. */
const RESTART_SECONDS = 300;

export const openProvider = defineSetting({
  name: "ssl-enforcement",
  inputs: resourceInputs({
    ref: projectRef(),
    enforced: field(z.boolean(), {
      text: "whether the database refuses connections without TLS",
      range: "true or false",
      example: "true",
    }),
  }),
  async see({ api }, ref, options) {
    const { databaseEnforced, appliedSuccessfully } = await getSslEnforcement(api, ref, options);
    return { enforced: databaseEnforced, applied: appliedSuccessfully };
  },
  isAsWanted: ({ enforced, applied }, wanted) => enforced === wanted.enforced && applied,
  async write({ api }, { ref, enforced }) {
    await setSslEnforcement(api, ref, { databaseEnforced: enforced });
  },
  removal: {
    isRemoved: ({ enforced }) => !enforced,
    async write({ api }, ref) {
      await setSslEnforcement(api, ref, { databaseEnforced: false });
    },
  },
  deadlineSeconds: RESTART_SECONDS,
});
