import type { LastApply } from "../../../../cli/plan/last-apply";
import { foreignObjects, importLines, lostObjects } from "../../../../cli/plan/lost-objects";
import type { PlanFolder } from "../../../../cli/plan/plan-folder";
import type { Change } from "../../../../packages/terraform-access-review/plan/plan-json";
import { planned, planOf } from "../../../fixtures/plans/synthetic";
import { intentOf } from "../../../support/shop";

beforeEach(() => {
  jest.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => jest.restoreAllMocks());

const intent = intentOf("dev");
const ACCOUNT = "google_service_account.orders";
const ID = "projects/storefront-dev/serviceAccounts/shop-orders@storefront-dev.iam.gserviceaccount.com";
const create = planned(ACCOUNT, { actions: ["create"], after: { account_id: "shop-orders" } });

/** The imports after an apply with this record, and the commands that were run. */
async function lostAfter(record: Partial<LastApply> | undefined, code = 0, answer: object = {}) {
  const folder = { read: () => record } as unknown as PlanFolder;
  const commands: string[] = [];
  const lost = await lostObjects(intent, planOf([create]), folder, (program, args) => {
    commands.push([program, ...args].join(" "));
    return { code, out: JSON.stringify(answer), error: "" };
  });
  return { lost, commands };
}

const DESCRIBE =
  "gcloud iam service-accounts describe shop-orders@storefront-dev.iam.gserviceaccount.com --project=storefront-dev --format=json";

test("exactly the creations that failed or were cut off are asked for, and imported if the object exists", async () => {
  const found = { lost: [{ address: ACCOUNT, id: ID }], commands: [DESCRIBE] };
  expect(await lostAfter({ status: "failed", failed: [ACCOUNT], open: [] })).toEqual(found);
  expect(await lostAfter({ status: "running", failed: [], open: [ACCOUNT] })).toEqual(found);
  expect(await lostAfter({ status: "failed", failed: [ACCOUNT], open: [] }, 1)).toEqual({ ...found, lost: [] });
  for (const record of [
    undefined,
    { status: "failed", failed: [], open: [] },
    { status: "done", failed: [ACCOUNT], open: [] },
  ] as const) {
    expect(await lostAfter(record)).toEqual({ lost: [], commands: [] });
  }
});

const imports = (change: Partial<Change>) => {
  const declared = { account_id: "shop-orders", description: "Calls orders" };
  const plan = planOf([planned(ACCOUNT, { importing: { id: ID }, actions: ["update"], after: declared, ...change })]);
  const stack = { provider: {}, resource: { google_service_account: { orders: declared } } };
  return foreignObjects(plan, stack).map((line) => line.split(":")[0]);
};

test("an object of the name that is not what the stack makes is not taken", () => {
  const own = { account_id: "shop-orders", description: "Calls orders", disabled: false, email: "x" };
  expect(imports({ before: own })).toEqual([]);
  expect(imports({ before: { ...own, description: "" } })).toEqual([ACCOUNT]);
  expect(imports({ before: { ...own, description: "Of another team" } })).toEqual([ACCOUNT]);
  expect(imports({ before: own, actions: ["delete", "create"] })).toEqual([ACCOUNT]);
});

test("a refused creation gets the lines of config/imports.yaml", () => {
  expect(importLines(intent, planOf([create]), [ACCOUNT]).slice(1)).toEqual(["    dev:", `      ${ACCOUNT}: ${ID}`]);
  expect(importLines(intent, planOf([create]), [])).toEqual([]);
});
