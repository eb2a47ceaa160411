import { appendFile } from "node:fs/promises";

/**
 * Tells a GitHub workflow the outputs of a step, where there is one; nothing elsewhere.
 * @param values names of letters, digits and underscores to values of one line
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-output-parameter
 */
export async function writeGithubOutput(
  values: Readonly<Record<string, string>>,
  file: string | undefined = process.env.GITHUB_OUTPUT,
): Promise<void> {
  if (!file) return;
  // A second line would be read as another output.
  const lines = Object.entries(values).map(
    ([name, value]) => `${name}=${value.replaceAll(/[\r\n]+/g, " ")}\n`,
  );
  await appendFile(file, lines.join(""));
}
