import { text } from "./texts.ts";

/** A name in the database: `public.orders`, a part with a dot or a quote in SQL's double quotes. */
export const tableName = (help: { text: string; example: string }) =>
  text({
    ...help,
    range: 'a schema and a name joined by a dot, e.g. public.orders or public."odd.name"',
    form: /^(?:"(?:[^"]|"")+"|[^."\s][^."\n]*)\.(?:"(?:[^"]|"")+"|[^."\s][^."\n]*)$/,
  });
