import { accessLedger } from "../../../review/access";
import { changeOfStacks } from "../../../review/change/from-stacks";
import { guardSentence, rowSentence } from "../../../review/report/sentences";
import { verdictOf } from "../../../review/report/verdict";
import { AGENT, SECRET_SETTINGS, secretsDev } from "../../support/secret-settings";
import { stackOf } from "../../support/stack";

const ADDER = "roles/secretmanager.secretVersionAdder";
const DATABASE = "Google secret storefront-dev-orders-database-url";
const PINNED = "the service takes it when a deploy pins it";
const LATEST = "each new instance takes it (latest)";

const withDatabase = (settings: object) =>
  secretsDev({ ...SECRET_SETTINGS, orders: { ...SECRET_SETTINGS.orders, DATABASE_URL: settings } });
const DATABASE_URL = SECRET_SETTINGS.orders.DATABASE_URL;

test("who may add versions has a row, which says whether the service takes them unseen", () => {
  const rows = accessLedger(stackOf(secretsDev()).json).filter(({ may }) => may === ADDER);
  expect(rows.map(({ who, on, under }) => [who, on, under])).toEqual([
    ["group:platform@example.com", DATABASE, PINNED],
    ["serviceAccount:rotator@storefront-dev.iam.gserviceaccount.com", DATABASE, PINNED],
    ["user:ann@example.com", "Google secret storefront-dev-orders-payment-key", LATEST],
  ]);
});

test("a single member has one as well, and its condition is told", () => {
  const { json } = stackOf(secretsDev());
  json.resource.google_secret_manager_secret_iam_member = {
    more: {
      condition: { expression: "request.time < timestamp('2030-01-01T00:00:00Z')", title: "soon" },
      member: "user:bob@example.com",
      role: ADDER,
      secret_id: "${google_secret_manager_secret.orders_database_url.secret_id}",
    },
  };
  expect(accessLedger(json)).toContainEqual(
    expect.objectContaining({
      who: "user:bob@example.com",
      may: ADDER,
      on: DATABASE,
      under: `request.time < timestamp('2030-01-01T00:00:00Z'); ${PINNED}`,
    }),
  );
});

test("who sends reminders has a row", () => {
  expect(accessLedger(stackOf(secretsDev()).json)).toContainEqual(
    expect.objectContaining({ who: AGENT, may: "roles/pubsub.publisher", on: "topic storefront-dev-secret-rotations" }),
  );
});

/** What a review says of a change of the orders' database secret. */
function told(before: object, after: object) {
  const [base, head] = [before, after].map((each) => ({ stack: stackOf(withDatabase(each)).json }));
  if (base === undefined || head === undefined) throw new Error("two stacks");
  const model = changeOfStacks("dev", base, head);
  const { rows, guards } = model.access;
  return { access: verdictOf(model).access, said: [...rows.map(rowSentence), ...guards.map(guardSentence)] };
}

const without = (key: keyof typeof DATABASE_URL) =>
  Object.fromEntries(Object.entries(DATABASE_URL).filter(([name]) => name !== key));

test("one who may newly add versions broadens access, one who may no longer narrows it", () => {
  const more = { ...DATABASE_URL, adders: [...DATABASE_URL.adders, "user:bob@example.com"] };
  expect(told(DATABASE_URL, more)).toEqual({
    access: "broadened",
    said: [`user:bob@example.com now has ${ADDER} on ${DATABASE}`],
  });
  expect(told(more, DATABASE_URL)).toMatchObject({ access: "narrowed" });
});

test("a pinned secret whose newest version counts from now on broadens what its adders may", () => {
  const latest = { ...DATABASE_URL, version: "latest" };
  expect(told(DATABASE_URL, latest)).toEqual({
    access: "broadened",
    said: DATABASE_URL.adders.map((adder) => `${adder} has ${ADDER} on ${DATABASE} under another condition`).sort(),
  });
  expect(told(latest, DATABASE_URL)).toMatchObject({ access: "narrowed" });
});

test("another number that is pinned opens nothing", () => {
  expect(told(DATABASE_URL, { ...DATABASE_URL, version: 4 })).toEqual({ access: "unchanged", said: [] });
});

test("reminders that come later, or no more, are a weaker guard", () => {
  const guard = "rotation.rotation_period of google_secret_manager_secret.orders_database_url is";
  expect(told(DATABASE_URL, { ...DATABASE_URL, rotateEveryDays: 60 })).toEqual({
    access: "broadened",
    said: [`${guard} weaker: "2592000s" → "5184000s"`],
  });
  expect(told(DATABASE_URL, { ...DATABASE_URL, rotateEveryDays: 7 })).toMatchObject({
    access: "narrowed",
    said: [`${guard} stronger: "2592000s" → "604800s"`],
  });
  expect(told(DATABASE_URL, without("rotateEveryDays")).said).toContain(`${guard} weaker: "2592000s" → not set`);
});

test("other regions make the secret anew, and its values are lost", () => {
  const [base, head] = [DATABASE_URL, { ...DATABASE_URL, replicas: "automatic" }].map((each) => ({
    stack: stackOf(withDatabase(each)).json,
  }));
  if (base === undefined || head === undefined) throw new Error("two stacks");
  const replaced = changeOfStacks("dev", base, head).resources.filter(({ action }) => action === "replaced");
  expect(replaced).toContainEqual(
    expect.objectContaining({
      address: "google_secret_manager_secret.orders_database_url",
      loss: "every version of the secret: its values are gone at once",
    }),
  );
});
