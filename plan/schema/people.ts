import { z } from "zod";
import { field } from "./field.ts";
import { refuse } from "./refuse.ts";
import { text, uniqueList, wholeNumber, words } from "./texts.ts";

const contact = (what: string) => {
  const schema = z
    .strictObject({
      name: words({ text: "the person or role", example: "Platform on-call" }),
      email: text({
        text: "where mail reaches them",
        example: "on-call@example.com",
        range: "an e-mail address",
        form: /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/,
      }).optional(),
      phone: text({
        text: "where a call reaches them at night",
        example: '"+49 30 1234567"',
        range: "an international number: + and 7 to 15 digits",
        form: /^\+(?:[ ()-]*\d){7,15}$/,
      }).optional(),
    })
    .superRefine((value, context) => {
      if (!value.email && !value.phone) {
        refuse(context, {
          bound: "a contact with an email, a phone or both",
          fix: "add email: on-call@example.com",
        });
      }
    });
  return field(schema, {
    text: what,
    range: "{name, email, phone}",
    example: "{name: Platform on-call, email: on-call@example.com}",
  });
};

/** Whom a recovery calls. */
export const Contacts = z
  .strictObject({
    primary: contact("who is called first"),
    secondary: contact("who is called when the first does not answer").optional(),
    escalationChannel: words({
      text: "where everybody looks during an incident",
      example: '"#incidents"',
    }).optional(),
  })
  .superRefine((contacts, context) => {
    const { primary, secondary } = contacts;
    if (secondary && primary.name === secondary.name && primary.email === secondary.email) {
      refuse(context, {
        path: ["secondary"],
        bound: "somebody other than the primary contact",
        fix: "name who answers when the primary contact cannot",
      });
    }
  });
export type Contacts = z.output<typeof Contacts>;

/** Who must agree before a recovery overwrites production. */
export const Approvals = z
  .strictObject({
    roles: uniqueList(words({ text: "a role", example: "CEO" }), {
      text: "roles that may approve a destructive recovery",
      example: "[CEO, Director]",
      of: "roles",
    }).min(1),
    minimum: wholeNumber({ text: "how many of them must approve", example: "1", min: 1, max: 10 }).default(1),
  })
  .superRefine((approvals, context) => {
    if (approvals.minimum > approvals.roles.length) {
      refuse(context, {
        path: ["minimum"],
        bound: `at most the number of roles (${approvals.roles.length})`,
        fix: "name more roles or ask for fewer approvals",
      });
    }
  });
export type Approvals = z.output<typeof Approvals>;
