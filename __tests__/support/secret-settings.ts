import type { Intent } from "../../intent/model/intent";
import { variantOf } from "./variant";

/** Number of dev's project, as a config names it. */
export const PROJECT_NUMBER = "123456789012";

/** Google's service account that sends reminders for that project's secrets. */
export const AGENT = `serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-secretmanager.iam.gserviceaccount.com`;

/** Principals that may add versions, in the order of a config. */
export const ADDERS = ["serviceAccount:rotator@storefront-dev.iam.gserviceaccount.com", "group:platform@example.com"];

/** Every setting of a secret: each of dev's four secrets has different settings, and one has only defaults. */
export const SECRET_SETTINGS = {
  orders: {
    DATABASE_URL: { version: 3, versionAdders: ADDERS, rotateEveryDays: 30 },
    PAYMENT_KEY: {
      version: "latest",
      replicas: ["europe-west4", "europe-west1"],
      versionAdders: ["user:ann@example.com"],
    },
  },
  accounts: {
    DATABASE_URL: { replicas: "automatic", rotateEveryDays: 365 },
    SESSION_KEY: {},
  },
} as const;

type Settings = Readonly<Record<string, Readonly<Record<string, object | null>>>>;

/** Dev with these settings on its services' secrets. */
export function secretsDev(settings: Settings = SECRET_SETTINGS, more: Readonly<Record<string, unknown>> = {}): Intent {
  const services = Object.entries(settings).map(([service, secrets]) => [service, { secrets }]);
  return variantOf("dev", {
    google: { projectNumber: PROJECT_NUMBER },
    services: Object.fromEntries(services),
    ...more,
  });
}
