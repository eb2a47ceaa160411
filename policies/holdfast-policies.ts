import { PolicyPack } from "@pulumi/policy";
import { allRules } from "./all-rules.ts";

new PolicyPack("holdfast", { policies: allRules });
