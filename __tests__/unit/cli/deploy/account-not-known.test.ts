import { ApplyFailure, isAccountUnknown } from "../../../../cli/deploy/apply";
import { planned, planOf } from "../../../fixtures/plans/synthetic";

const plan = planOf([
  planned("google_service_account.orders_rt", { actions: ["create"], after: { account_id: "shop-orders-rt" } }),
  planned("google_service_account.former", { actions: ["no-op"], after: { account_id: "shop-former" } }),
]);
const unknown = (account: string) =>
  `Error 400: Service account ${account}@shop.iam.gserviceaccount.com does not exist.`;
const refused = (...faults: readonly string[]) => isAccountUnknown(new ApplyFailure("", 1, faults), plan);

test("only an account that the same apply makes may be unknown for a moment", () => {
  const accounts = ["shop-orders-rt", "shop-former", "shop-orders", "other"];
  expect(accounts.map((account) => refused(unknown(account)))).toEqual([true, false, false, false]);
  expect([refused(), refused(unknown("shop-orders-rt"), "Error 403: permission denied")]).toEqual([false, false]);
});
