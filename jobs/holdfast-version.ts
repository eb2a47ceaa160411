import manifest from "../package.json" with { type: "json" };

/** The version of this program, as manifests and evidence record it. */
export const HOLDFAST_VERSION: string = manifest.version;
