import type { Finding } from "../plan-problem.ts";
import type { ProjectRule } from "./plan-rule.ts";

/** Buckets are mirrored once each, and their objects can be read only with a key. */
export const storageReadable: ProjectRule = (project) => {
  const names = project.storage.map(({ bucket }) => bucket);
  const findings: Finding[] = names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (first === index) return [];
    return [
      {
        path: ["storage", index, "bucket"],
        bound: "a bucket that is named once",
        fix: `remove it, storage[${first}] mirrors it`,
      },
    ];
  });
  if (project.kind === "supabase" && names.length > 0 && !project.storageAccess) {
    findings.push({
      path: ["storageAccess"],
      bound:
        "the references to the S3 keys of Supabase Storage: objects are in no dump and no managed backup",
      fix: "add storageAccess: {accessKeyId: {env: …}, secretAccessKey: {env: …}}",
    });
  }
  return findings;
};
