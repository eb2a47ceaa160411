import type { Declared } from "./declared-program.ts";

/** A program, and what it becomes: together they ask for every kind of change. */
export const BEFORE: readonly Declared[] = [
  { name: "k", type: "memory:index:Component", custom: false },
  { name: "same", parent: "k", inputs: { x: 1 } },
  { name: "changed", inputs: { x: 1 } },
  { name: "replaced", inputs: { r_k: 1, x: 1 } },
  { name: "above", from: { r_dep: "replaced" } },
  { name: "deletedFirst", inputs: { r_k: 1, x: 1 }, deleteBeforeReplace: true },
  { name: "onTop", from: { r_dep: "deletedFirst" } },
  { name: "gone", dependsOn: ["same"] },
  { name: "alsoGone", dependsOn: ["gone"] },
];
export const AFTER: readonly Declared[] = [
  { name: "k", type: "memory:index:Component", custom: false },
  { name: "same", parent: "k", inputs: { x: 1 } },
  { name: "changed", inputs: { x: 2 } },
  { name: "replaced", inputs: { r_k: 2, x: 2 } },
  { name: "above", from: { r_dep: "replaced" } },
  { name: "deletedFirst", inputs: { r_k: 2, x: 2 }, deleteBeforeReplace: true },
  { name: "onTop", from: { r_dep: "deletedFirst" } },
  { name: "made", from: { x: "onTop" } },
];
/** What exists of the latter, sorted. */
export const WANTED = ["above", "changed", "deletedFirst", "made", "onTop", "replaced", "same"];
