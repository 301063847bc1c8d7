import { unmountedSecrets } from "../../../cli/unmounted-secrets";
import { intentOf } from "../../support/shop";

test("a secret without a version comes with the command that fills it and the key that mounts it", () => {
  const [hint, ...more] = unmountedSecrets(intentOf("staging"));
  expect(more).toEqual([]);
  expect(hint).toContain(
    "gcloud secrets versions add storefront-staging-orders-payment-key --project=storefront-staging",
  );
  expect(hint).toContain("services.orders.secrets.PAYMENT_KEY.version in config/staging.yaml");
});

test("where all are pinned there is nothing to say", () => {
  expect(unmountedSecrets(intentOf("prod"))).toEqual([]);
});
