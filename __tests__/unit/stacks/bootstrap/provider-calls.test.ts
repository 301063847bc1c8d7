import { writtenOf } from "../../../../packages/terraform-access-review/types";
import { AWS_NEEDS } from "../../../../stacks/bootstrap/aws/permissions";
import { GOOGLE_NEEDS } from "../../../../stacks/bootstrap/google/permissions";
import aws from "../../../fixtures/provider-calls/aws.json";
import google from "../../../fixtures/provider-calls/google.json";
import { bootstrapStack } from "../../../support/bootstrap";

/** What a provider's source calls for one resource type. Lists are words. */
interface Calls {
  /** File of the provider's repository that was read, below `sources`. */
  readonly source: string;
  /** To refresh and plan, and to read tags. */
  readonly read?: string;
  /** To create, change, tag and destroy, with waiters; without those above. */
  readonly write?: string;
  /** Calls that need an argument which no stack writes, with the argument. */
  readonly unwritten?: Readonly<Record<string, string>>;
  /** Other calls that no stack causes, with the reason. */
  readonly never?: Readonly<Record<string, string>>;
  /** Actions that a cloud demands in addition to those of the calls, by the reason or source. */
  readonly demanded?: Readonly<Record<string, string>>;
}

const CALLS: Readonly<Record<string, Calls>> = { ...aws.types, ...google.types };
const words = (text = "") => text.split(" ").filter(Boolean);
const unique = (names: readonly string[]) => [...new Set(names)].sort();

/** S3's actions whose names differ from the calls. Service Authorization Reference, "Amazon S3". */
const S3: Readonly<Record<string, string>> = {
  DeleteBucketEncryption: "PutEncryptionConfiguration",
  DeleteBucketLifecycle: "PutLifecycleConfiguration",
  DeleteBucketOwnershipControls: "PutBucketOwnershipControls",
  DeleteObjects: "DeleteObject",
  DeletePublicAccessBlock: "PutBucketPublicAccessBlock",
  GetBucketAccelerateConfiguration: "GetAccelerateConfiguration",
  GetBucketCors: "GetBucketCORS",
  GetBucketEncryption: "GetEncryptionConfiguration",
  GetBucketLifecycleConfiguration: "GetLifecycleConfiguration",
  GetBucketReplication: "GetReplicationConfiguration",
  GetObjectLockConfiguration: "GetBucketObjectLockConfiguration",
  GetPublicAccessBlock: "GetBucketPublicAccessBlock",
  HeadBucket: "ListBucket",
  HeadObject: "GetObject",
  ListObjectVersions: "ListBucketVersions",
  PutBucketEncryption: "PutEncryptionConfiguration",
  PutBucketLifecycleConfiguration: "PutLifecycleConfiguration",
  PutPublicAccessBlock: "PutBucketPublicAccessBlock",
};

/** API Gateway's actions are HTTP methods: those of its two API models (botocore, `http.method`). */
const METHODS: readonly (readonly [RegExp, string])[] = [
  [/^Get/, "GET"],
  [/^Create/, "POST"],
  [/^Put/, "PUT"],
  [/^Update/, "PATCH"],
  [/^(Delete|Untag)/, "DELETE"],
];
const methodOf = (service: string, call: string) =>
  call === "TagResource"
    ? { apigateway: "PUT", apigatewayv2: "POST" }[service]
    : METHODS.find(([name]) => name.test(call))?.[1];

function awsAction(call: string, { source }: Calls): string {
  const [service = ""] = source.split("/");
  if (service.startsWith("apigateway")) return `apigateway:${methodOf(service, call)}`;
  if (service === "s3") return `s3:${S3[call] ?? call}`;
  return `${service === "cognitoidp" ? "cognito-idp" : service}:${call}`;
}

/** Permissions whose names differ from Google's methods. */
const GOOGLE: Readonly<Record<string, string>> = {
  "monitoring.serviceLevelObjectives": "monitoring.slos",
  "secretmanager.secrets.addVersion": "secretmanager.versions.add",
  "serviceusage.services.batchEnable": "serviceusage.services.enable",
  // Federation's operations belong to the resource. Its permissions have none for operations.
  "iam.workloadIdentityPools.operations": "iam.googleapis.com/workloadIdentityPools",
  "iam.workloadIdentityPools": "iam.googleapis.com/workloadIdentityPools",
  "iam.providers.operations": "iam.googleapis.com/workloadIdentityPoolProviders",
  "iam.providers": "iam.googleapis.com/workloadIdentityPoolProviders",
  cloudresourcemanager: "resourcemanager",
};

/** `run.projects.locations.services.patch` needs `run.services.update`. */
function googlePermission(call: string): string {
  const parts = call.split(".").filter((part) => part !== "locations");
  const [service = ""] = parts;
  const verb = { patch: "update", createAsync: "create" }[parts.at(-1) ?? ""] ?? parts.at(-1) ?? "";
  const kind = parts.at(-2) ?? "";
  const owner = kind === "operations" && service === "iam" ? `${parts.at(-3)}.` : "";
  const name = `${service}.${owner}${kind}.${verb}`;
  const [from, to] = Object.entries(GOOGLE).find(([each]) => name === each || name.startsWith(`${each}.`)) ?? ["", ""];
  return `${to}${name.slice(from.length)}`;
}

/** The permission for a call: Google's are names of methods, with dots. */
const actionOf = (call: string, calls: Calls) => (call.includes(".") ? googlePermission(call) : awsAction(call, calls));

/** A type's granted actions, by kind. */
const granted = (type: string) => {
  const rows = [AWS_NEEDS[type] ?? [], GOOGLE_NEEDS[type] ?? []].flat();
  const read = unique(rows.flatMap((row) => row.read ?? []));
  return { read, write: unique(rows.flatMap((row) => row.write ?? []).filter((action) => !read.includes(action))) };
};

const cloudOf = (type: string) => (type.startsWith("aws_") ? "aws" : "google");
const callsFile = (type: string) => `__tests__/fixtures/provider-calls/${cloudOf(type)}.json`;
const permissionsFile = (type: string) => `stacks/bootstrap/${cloudOf(type)}/permissions.ts`;

/** Methods of API Gateway are granted for a set of resources, not for a type. */
const isMethod = (action: string) => /^apigateway:[A-Z]+$/.test(action);

test("the calls were read in the sources of the providers that the stacks pin", () => {
  const { required_providers } = bootstrapStack().json.terraform as unknown as {
    required_providers: Record<"aws" | "google", { source: string; version: string }>;
  };
  expect([aws, google].map(({ provider, version }) => [provider.replace("hashicorp/", ""), version])).toEqual(
    (["aws", "google"] as const).map((name) => [name, required_providers[name].version]),
  );
});

test("the calls of each type that has permissions were read, and of no other", () => {
  const types = [...Object.keys(AWS_NEEDS), ...Object.keys(GOOGLE_NEEDS)];
  const faults = [
    ...types
      .filter((type) => !(type in CALLS))
      .map((type) => `${callsFile(type)}: add the provider's calls of ${type}`),
    ...Object.keys(CALLS)
      .filter((type) => !types.includes(type))
      .map((type) => `${callsFile(type)}: ${type} has no permissions`),
  ];
  expect(faults).toEqual([]);
});

test("each type has exactly the actions of its provider's calls, and those that the clouds demand besides", () => {
  const differences = Object.entries(CALLS).flatMap(([type, calls]) => {
    const demanded = Object.values(calls.demanded ?? {}).flatMap(words);
    const own = granted(type);
    const read = unique(words(calls.read).map((call) => actionOf(call, calls)));
    const write = unique(words(calls.write).map((call) => actionOf(call, calls)));
    const missing = [
      ...read.filter((action) => !own.read.includes(action)),
      ...[...write, ...demanded].filter((action) => ![...own.read, ...own.write].includes(action)),
    ];
    const needless = [
      ...own.read.filter((action) => ![...read, ...demanded].includes(action)),
      ...own.write.filter((action) => ![...write, ...demanded].includes(action) && !isMethod(action)),
    ];
    const place = `${permissionsFile(type)}, by ${callsFile(type)}: ${type}`;
    return [...missing.map((action) => `${place} lacks ${action}`), ...needless.map((each) => `${place} has ${each}`)];
  });
  expect(differences).toEqual([]);
});

test("each method of API Gateway that a set of resources accepts is called for one of its types", () => {
  const sets = Object.entries(AWS_NEEDS).flatMap(([type, rows]) =>
    rows.flatMap(({ on, read = [], write = [] }) =>
      [...read, ...write].filter(isMethod).map((action) => ({ on, action, type })),
    ),
  );
  const needless = sets.filter(({ on, action }) => {
    const types = sets.filter((each) => each.on === on).map(({ type }) => type);
    return !types.some((type) => {
      const calls = CALLS[type] as Calls;
      const tagging = (call: string) => /^(Tag|Untag)Resource$/.test(call);
      const called = [...words(calls.read), ...words(calls.write)].filter(
        (call) => tagging(call) === (on === "gatewayTags"),
      );
      return called.some((call) => actionOf(call, calls) === action);
    });
  });
  expect(unique(needless.map(({ on, action }) => `${on} ${action}`))).toEqual([]);
});

test("no stack writes an argument that would cause a call without permission", () => {
  const causes = Object.entries(CALLS).flatMap(([type, { unwritten = {} }]) =>
    Object.values(unwritten).flatMap((name) =>
      writtenOf(type).arguments.filter((each) => each === name || each.startsWith(`${name}.`)),
    ),
  );
  expect(causes).toEqual([]);
});
