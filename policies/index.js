// JavaScript, as the command line loads a pack's main module itself; what it imports runs as TypeScript.
import "./holdfast-policies.ts";
