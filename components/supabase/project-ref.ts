import { text } from "../../plan/schema/texts.ts";

/** The input that names the project a setting belongs to. */
export const projectRef = () =>
  text({
    text: "the project's reference at Supabase",
    example: "abcdefghijklmnopqrst",
    range: "20 lower-case letters, as in the project's URL",
    form: /^[a-z]{20}$/,
  });
