/** A list price and the vendor's page to check it against. */
export interface Price {
  readonly usd: number;
  readonly per: string;
  readonly source: string;
}

/** When the prices below were collected, partly from public copies of the vendors' pages: they are list prices for
 * a forecast, not an offer. */
export const PRICES_AS_OF = "2026-11-22";

/** AWS prices are those of this region; others differ, by up to about 40 %. */
export const PRICES_REGION = "us-east-1";

const S3 = "https://aws.amazon.com/s3/pricing/";
const FARGATE = "https://aws.amazon.com/fargate/pricing/";
const SUPABASE_PITR = "https://supabase.com/docs/guides/platform/manage-your-usage/point-in-time-recovery";

/** Every price the forecast uses. GB are of 1000³ bytes, as vendors bill them. */
export const PRICES = {
  pitr7: { usd: 100, per: "month", source: SUPABASE_PITR },
  pitr14: { usd: 200, per: "month", source: SUPABASE_PITR },
  pitr28: { usd: 400, per: "month", source: SUPABASE_PITR },
  supabaseEgress: {
    usd: 0.09,
    per: "GB",
    source: "https://supabase.com/docs/guides/platform/manage-your-usage/egress",
  },
  s3Storage: { usd: 0.023, per: "GB-month", source: S3 },
  s3Write: { usd: 0.005, per: "1000 requests", source: S3 },
  s3Read: { usd: 0.0004, per: "1000 requests", source: S3 },
  s3Replication: { usd: 0.02, per: "GB", source: S3 },
  awsEgress: { usd: 0.09, per: "GB", source: "https://aws.amazon.com/ec2/pricing/on-demand/" },
  kmsKey: { usd: 1, per: "key-month", source: "https://aws.amazon.com/kms/pricing/" },
  kmsRequest: { usd: 0.03, per: "10000 requests", source: "https://aws.amazon.com/kms/pricing/" },
  // Linux on ARM, as all tasks are that the stack declares.
  fargateCpu: { usd: 0.03238, per: "vCPU-hour", source: FARGATE },
  fargateMemory: { usd: 0.00356, per: "GB-hour", source: FARGATE },
  publicAddress: { usd: 0.005, per: "hour", source: "https://aws.amazon.com/vpc/pricing/" },
  natGateway: { usd: 0.045, per: "hour", source: "https://aws.amazon.com/vpc/pricing/" },
  natTraffic: { usd: 0.045, per: "GB", source: "https://aws.amazon.com/vpc/pricing/" },
  alarm: { usd: 0.1, per: "alarm-month", source: "https://aws.amazon.com/cloudwatch/pricing/" },
  secret: { usd: 0.4, per: "secret-month", source: "https://aws.amazon.com/secrets-manager/pricing/" },
} as const satisfies Record<string, Price>;
