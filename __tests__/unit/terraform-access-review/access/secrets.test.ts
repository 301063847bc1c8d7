import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { stateOf } from "../../../support/rest-state";
import { AGENT, SECRET_SETTINGS, secretsDev } from "../../../support/secret-settings";
import { accessBetween, edited, type Json, lines, rowsOf } from "../../../support/synthesized-states";

const ADDER = "roles/secretmanager.secretVersionAdder";
const DATABASE = "Google secret storefront-dev-orders-database-url";
const PINNED = "the service reads it after a deploy that pins it";
const LATEST = "each new instance reads it (version latest)";

const DATABASE_URL = SECRET_SETTINGS.orders.DATABASE_URL;
const declared = stateOf(secretsDev());

/** The changes of access by an edit, and by its reverse. */
function both(edit: (resource: Json) => unknown): readonly (readonly string[])[] {
  const after = edited(declared, edit);
  return [lines(accessBetween(declared, after)), lines(accessBetween(after, declared))];
}

const adder = (who: string) => `${who} | ${ADDER} | ${DATABASE}`;

test("a principal that may add versions has a row, which says whether the service uses them without a review", () => {
  const rows = rowsOf(declared).filter(({ permission }) => permission === ADDER);
  expect(rows.map(({ principal, resource, condition }) => [principal, resource, condition])).toEqual([
    ["group:platform@example.com", DATABASE, PINNED],
    ["serviceAccount:rotator@storefront-dev.iam.gserviceaccount.com", DATABASE, PINNED],
    ["user:ann@example.com", "Google secret storefront-dev-orders-payment-key", LATEST],
  ]);
});

test("a single member has a row too, with its condition", () => {
  const more = edited(declared, (resource) => {
    resource.google_secret_manager_secret_iam_member = {
      more: {
        condition: { expression: "request.time < timestamp('2030-01-01T00:00:00Z')", title: "soon" },
        member: "user:bob@example.com",
        role: ADDER,
        secret_id: "${google_secret_manager_secret.orders_database_url.secret_id}",
      },
    };
  });
  expect(rowsOf(more)).toContainEqual(
    expect.objectContaining({
      principal: "user:bob@example.com",
      permission: ADDER,
      resource: DATABASE,
      condition: `request.time < timestamp('2030-01-01T00:00:00Z'); ${PINNED}`,
    }),
  );
});

test("the sender of reminders has a row", () => {
  expect(rowsOf(declared)).toContainEqual(
    expect.objectContaining({
      principal: AGENT,
      permission: "roles/pubsub.publisher",
      resource: "topic storefront-dev-secret-rotations",
    }),
  );
});

const takes = (version: string) => (resource: Json) => {
  const { env } = resource.google_cloud_run_v2_service.orders.template.containers[0];
  env.find(({ name }: Json) => name === "DATABASE_URL").value_source.secret_key_ref.version = version;
};

test("unpinning a secret, so that its newest version counts, is broader for principals that add versions", () => {
  const all = (sign: string) => DATABASE_URL.versionAdders.map((who) => `${sign} ~ ${adder(who)}`).sort();
  expect(both(takes("latest"))).toEqual([all("+"), all("-")]);
});

test("later reminders, or none, are a weaker guard", () => {
  const guard = "rotation.rotation_period of google_secret_manager_secret.orders_database_url";
  const later = both(({ google_secret_manager_secret: secrets }) => {
    secrets.orders_database_url.rotation.rotation_period = "5184000s";
  });
  expect(later).toEqual([[`+ ${guard}: "2592000s" → "5184000s"`], [`- ${guard}: "5184000s" → "2592000s"`]]);
  const [never] = both(({ google_secret_manager_secret: secrets }) => delete secrets.orders_database_url.rotation);
  expect(never).toContain(`+ ${guard}: "2592000s" → not set`);
});

test("other regions replace the secret, and its values are lost", () => {
  const elsewhere = edited(declared, ({ google_secret_manager_secret: secrets }) => {
    secrets.orders_database_url.replication = { auto: {} };
  });
  const replaced = changeOfStacks("dev", declared, elsewhere).resources.filter(({ action }) => action === "replaced");
  expect(replaced).toContainEqual(
    expect.objectContaining({
      address: "google_secret_manager_secret.orders_database_url",
      loss: "every version of the secret: its values are gone at once",
    }),
  );
});
