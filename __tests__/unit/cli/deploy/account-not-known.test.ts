import { isAccountUnknown } from "../../../../cli/deploy/apply";
import { planned, planOf } from "../../../fixtures/plans/synthetic";

const plan = planOf([
  planned("google_service_account.orders_rt", { actions: ["create"], after: { account_id: "shop-orders-rt" } }),
  planned("google_service_account.former", { actions: ["no-op"], after: { account_id: "shop-former" } }),
]);
const refused = (account: string) =>
  isAccountUnknown(`Error 400: Service account ${account}@shop.iam.gserviceaccount.com does not exist.`, plan);

test("only an account that the same apply makes may be unknown for a moment", () => {
  expect(["shop-orders-rt", "shop-former", "shop-orders", "other"].map(refused)).toEqual([true, false, false, false]);
  expect(isAccountUnknown("Error 403: permission denied", plan)).toBe(false);
});
