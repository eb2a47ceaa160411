import pg from "pg";

/** Settings whose value is a list of names: as one quoted literal they would become a single name. */
const LISTS =
  /^(?:search_path|temp_tablespaces|session_preload_libraries|local_preload_libraries|shared_preload_libraries|unix_socket_directories|createrole_self_grant|datestyle)$/i;

/** Turns a setting as the catalog stores it (`search_path="$user", public`) into `SET …` for an ALTER statement. */
export function settingClause(setting: string): string {
  const equals = setting.indexOf("=");
  const name = setting.slice(0, equals);
  const value = setting.slice(equals + 1);
  const quotedName = name.split(".").map((part) => pg.escapeIdentifier(part));
  const values = LISTS.test(name) ? splitList(value) : [value];
  return `SET ${quotedName.join(".")} TO ${values.map((item) => pg.escapeLiteral(item)).join(", ") || "''"}`;
}

/** `"$user", public` → `$user`, `public`. */
function splitList(value: string): string[] {
  const items = value.match(/"(?:[^"]|"")*"|[^,\s][^,]*/g) ?? [];
  return items.map((item) => (item.startsWith('"') ? item.slice(1, -1).replaceAll('""', '"') : item.trim()));
}
