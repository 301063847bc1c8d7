import { declaredServices } from "../../../packages/local-front-door/services/declaration";
import { remove, set, stackOf } from "../../support/local/document";
import { ACCESSORS } from "../../support/local/mutations/accessors";
import {
  goodCalls,
  notQuiet,
  notRefused,
  onePerKind,
  otherwiseLoose,
  passing,
} from "../../support/local/mutations/calls";
import { named, other, SERVICES } from "../../support/local/mutations/declarations";
import { LOOSER } from "../../support/local/mutations/looser";
import { OWN_POLICIES, QUIET, TRUST_BY_ACCOUNT } from "../../support/local/mutations/quiet";
import { TIGHTER } from "../../support/local/mutations/tighter";

// One mutation of each kind. `system/local-front-door/mutations` tests all of them.
const ALL_PASS = ["200", "200", "200", "200"];

test("with the stack as declared, every valid call passes and every attack is refused", async () => {
  expect([await goodCalls(), await passing()]).toEqual([ALL_PASS, []]);
});

test("a stricter declaration refuses a valid call, and is named", async () => {
  const mutations = onePerKind(TIGHTER);
  expect(mutations.length).toBeGreaterThan(20);
  expect(await notRefused(mutations)).toEqual([]);
});

test("a less strict declaration admits the caller that it names, and no other", async () => {
  const mutations = onePerKind(LOOSER);
  expect(mutations.length).toBeGreaterThan(10);
  expect(await otherwiseLoose(mutations)).toEqual([]);
});

test("a declaration that decides nothing here changes no answer", async () => {
  expect(await notQuiet(onePerKind(QUIET))).toEqual([]);
});

test("if a role trusts the account, the callers' own policies decide", async () => {
  expect([await goodCalls(TRUST_BY_ACCOUNT), await passing(TRUST_BY_ACCOUNT)]).toEqual([ALL_PASS, []]);
  expect(await notRefused(onePerKind(OWN_POLICIES.tighter), TRUST_BY_ACCOUNT)).toEqual([]);
  const [loose] = OWN_POLICIES.looser.filter(({ address }) => address.endsWith(".public"));
  const found = await passing(TRUST_BY_ACCOUNT, loose?.change ?? (() => {}));
  const others = SERVICES.filter((service) => service !== "catalog");
  expect(found).toEqual(others.map((service) => `public becomes ${service}`).sort());
});

test("a service that mounts a secret needs its binding, which admits no other service", () => {
  const reader = (name: string) => `serviceAccount:storefront-dev-${name}-rt@storefront-dev.iam.gserviceaccount.com`;
  expect(ACCESSORS.length).toBeGreaterThan(1);
  for (const { address, service, mount } of ACCESSORS) {
    const outsider = other(service);
    expect(() => declaredServices(stackOf(mount(service)))).not.toThrow();
    expect(() => declaredServices(stackOf(mount(service), remove(address)))).toThrow("no binding allows it");
    expect(() => declaredServices(stackOf(mount(service), set(address, { role: "roles/run.viewer" })))).toThrow(
      `${address} does not allow it`,
    );
    expect(() => declaredServices(stackOf(mount(outsider)))).toThrow(`${address} does not allow it`);
    const wider = set(address, { members: [reader(service), reader(outsider)] });
    expect(() => declaredServices(stackOf(mount(outsider), wider))).not.toThrow();
  }
});

/** Every declaration of these types must be mutated, so that a new one cannot be forgotten. */
const JUDGED: readonly string[] = [
  ...["aws_iam_role", "aws_iam_role_policy", "google_project_service", "google_service_account_iam_binding"],
  ...["google_iam_workload_identity_pool", "google_iam_workload_identity_pool_provider"],
  ...["google_cloud_run_v2_service", "google_cloud_run_v2_service_iam_binding"],
  ...["google_secret_manager_secret_iam_binding"],
].flatMap(named);

test("every declaration that grants access is mutated, and mutations without effect are of these types", () => {
  const mutated = new Set([...TIGHTER, ...LOOSER, ...QUIET].map(({ address }) => address));
  expect(JUDGED.filter((address) => !mutated.has(address))).toEqual([]);
  expect(QUIET.filter(({ address }) => !JUDGED.includes(address))).toEqual([]);
});
