import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import type { Aws } from "../aws-resource-definition.ts";
import { asJson } from "../canonical.ts";
import { document } from "../document.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/dashboard/ */
export const dashboard = awsResource({
  type: "aws:cloudwatch/dashboard:Dashboard",
  inputs: { dashboardName: z.string(), dashboardBody: document },
  replaces: ["dashboardName"],
  canonical: { dashboardBody: asJson },
  unique: ["dashboardName"],
  absent: ["ResourceNotFound", "DashboardNotFoundError"],

  async create({ aws, inputs: { dashboardName, dashboardBody } }) {
    await putDashboard(aws, dashboardName, dashboardBody);
    return dashboardName;
  },

  async read({ aws, id: DashboardName }) {
    const cloudwatch = await aws.client("cloudwatch");
    const found = await cloudwatch.getDashboard({ DashboardName });
    return {
      dashboardName: DashboardName,
      dashboardBody: found.DashboardBody,
      dashboardArn: found.DashboardArn,
    };
  },

  update: ({ aws, id, inputs: { dashboardBody } }) => putDashboard(aws, id, dashboardBody),

  async delete({ aws, id }) {
    const cloudwatch = await aws.client("cloudwatch");
    await cloudwatch.deleteDashboards({ DashboardNames: [id] });
  },
});

/** @throws Error with what CloudWatch finds wrong in it */
async function putDashboard(aws: Aws, DashboardName: string, DashboardBody: string): Promise<void> {
  const cloudwatch = await aws.client("cloudwatch");
  const { DashboardValidationMessages = [] } = await cloudwatch.putDashboard({
    DashboardName,
    DashboardBody,
  });
  if (DashboardValidationMessages.length > 0)
    throw new Error(
      DashboardValidationMessages.map(({ DataPath, Message }) => `${DataPath}: ${Message}`).join("; "),
    );
}
