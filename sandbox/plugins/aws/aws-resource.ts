import type { z } from "zod";
import type { PluginResource } from "../plugin-provider.ts";
import { AwsPluginResource } from "./aws-plugin-resource.ts";
import type { AwsResourceDefinition } from "./aws-resource-definition.ts";
import type { AwsSession } from "./aws-session.ts";

/** A type of resource, for the provider to manage with its session. */
export interface AwsResource {
  readonly type: string;
  of(session: () => AwsSession): PluginResource;
}

export function awsResource<Shape extends z.ZodRawShape>(
  definition: AwsResourceDefinition<Shape>,
): AwsResource {
  return { type: definition.type, of: (session) => new AwsPluginResource(definition, session) };
}
