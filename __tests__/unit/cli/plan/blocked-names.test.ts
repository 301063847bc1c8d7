import { blockedNames } from "../../../../cli/plan/refused-halfway";
import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";
import { planned, planOf } from "../../../fixtures/plans/synthetic";
import { intentOf } from "../../../support/shop";

beforeEach(() => {
  jest.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => jest.restoreAllMocks());

const intent = intentOf("dev");
const create = (address: string, after: object) => planned(address, { actions: ["create"], after });
const BUCKET = create("google_logging_project_bucket_config.auditors", {
  ...{ bucket_id: "shop-dev-auditors", location: "europe-west1" },
});
const SECRET = create("aws_secretsmanager_secret.script", { name: "shop-dev/clients/script" });
const POOL = create("google_iam_workload_identity_pool.gateway", { workload_identity_pool_id: "shop-dev" });

/** The addresses that are reported, each with its remedy, and the commands that were run. */
async function asked(plan: PlanJson, answer: object | { readonly code: number }) {
  const commands: string[] = [];
  const lines = await blockedNames(intent, plan, (program, args) => {
    commands.push([program, ...args].join(" "));
    return { code: "code" in answer ? (answer.code as number) : 0, out: JSON.stringify(answer), error: "" };
  });
  return { commands, lines: lines.map((line) => [line.split(":")[0], line.split("\n")[1]?.trim()]) };
}

test("each cloud is asked for the deleted object of a name, in the project and region of the environment", async () => {
  const { commands, lines } = await asked(planOf([BUCKET, SECRET, POOL]), {
    lifecycleState: "ACTIVE",
    state: "ACTIVE",
  });
  expect(commands).toEqual([
    "gcloud logging buckets describe shop-dev-auditors --location=europe-west1 --project=storefront-dev --format=json",
    "aws secretsmanager describe-secret --secret-id shop-dev/clients/script --region eu-west-1 --output json",
    "gcloud iam workload-identity-pools describe shop-dev --location=global --project=storefront-dev --format=json",
  ]);
  expect(lines).toEqual([]);
});

test("a deleted object is named, with what to do about it", async () => {
  expect((await asked(planOf([BUCKET]), { lifecycleState: "DELETE_REQUESTED" })).lines).toEqual([
    [
      BUCKET.address,
      expect.stringContaining("gcloud logging buckets undelete shop-dev-auditors --location=europe-west1"),
    ],
  ]);
  expect((await asked(planOf([SECRET]), { DeletedDate: "2026-11-29" })).lines).toEqual([
    [SECRET.address, expect.stringContaining("restore-secret --secret-id shop-dev/clients/script")],
  ]);
  expect((await asked(planOf([POOL]), { state: "DELETED" })).lines).toEqual([
    [POOL.address, expect.stringContaining("federation.generation")],
  ]);
});

test("reports nothing without an answer, and asks nothing about objects that exist", async () => {
  expect((await asked(planOf([BUCKET, SECRET]), { code: 1, DeletedDate: "x" })).lines).toEqual([]);
  const exists = { ...BUCKET, change: { ...BUCKET.change, actions: ["update"] } };
  expect(await asked(planOf([exists]), {})).toEqual({ commands: [], lines: [] });
});

test("a replacement under the same name is refused without a question, because its own deletion blocks the name", async () => {
  const tainted = {
    ...BUCKET,
    change: { actions: ["delete", "create"], before: BUCKET.change.after, after: BUCKET.change.after },
  };
  expect(await asked(planOf([tainted]), {})).toEqual({
    commands: [],
    lines: [[BUCKET.address, `keep it with: terraform -chdir=cdktf.out/stacks/dev untaint ${BUCKET.address}`]],
  });
  const moved = { ...tainted.change, before: { bucket_id: "shop-dev-auditors", location: "europe-west4" } };
  expect((await asked(planOf([{ ...BUCKET, change: moved }]), {})).commands).toHaveLength(1);
});
