import { declaredServices } from "../../local/services/declaration";
import { StackError } from "../../local/terraform-document";
import { Chain } from "./support/chain";
import { type Change, remove, set, stackOf } from "./support/document";
import { ACCESSORS } from "./support/mutations/accessors";
import { named, other, SERVICES } from "./support/mutations/declarations";
import { LOOSER } from "./support/mutations/looser";
import { OWN_POLICIES, QUIET, TRUST_BY_ACCOUNT } from "./support/mutations/quiet";
import { TIGHTER } from "./support/mutations/tighter";

/** Everything of these types is mutated: a declaration that is added cannot be forgotten. */
const JUDGED: readonly string[] = [
  ...["aws_iam_role", "aws_iam_role_policy", "google_project_service", "google_service_account_iam_binding"],
  ...["google_iam_workload_identity_pool", "google_iam_workload_identity_pool_provider"],
  ...["google_cloud_run_v2_service", "google_cloud_run_v2_service_iam_binding"],
  ...["google_secret_manager_secret_iam_binding"],
].flatMap(named);

/** Every way that a good call takes: which function becomes which service's invoker. */
const WAYS = [
  ["callers", "accounts"],
  ["callers", "catalog"],
  ["callers", "orders"],
  ["public", "catalog"],
] as const;

/** What comes of a good call, step by step: 200, or the declaration at fault. */
async function goodCall(chain: Chain, lambda: "callers" | "public", service: string): Promise<string> {
  try {
    chain.trace.clear();
    const token = await chain.tokenFor(service, lambda);
    const { status } = await chain.call(service, [["X-Serverless-Authorization", `Bearer ${token}`]]);
    if (status === 200) return "200";
  } catch (error) {
    if (error instanceof StackError) return error.address;
  }
  return chain.trace.refusal?.declaration ?? "no declaration";
}

async function goodCalls(...changes: readonly Change[]): Promise<readonly string[]> {
  const chain = await Chain.of(...changes);
  const answers: string[] = [];
  for (const [lambda, service] of WAYS) answers.push(await goodCall(chain, lambda, service));
  return answers;
}

test("as it is declared, every good call passes", async () => {
  expect(await goodCalls()).toEqual(["200", "200", "200", "200"]);
});

test.each(TIGHTER)("$address $name: a good call is refused there", async ({ address, change, named = address }) => {
  const refused = (await goodCalls(change)).filter((answer) => answer !== "200");
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.every((answer) => answer.startsWith(named))).toBe(true);
});

type Attack = (chain: Chain) => Promise<boolean>;

/** What an attacker tries who has one role or account of the stack, or none. */
const ATTACKS: Readonly<Record<string, Attack>> = Object.fromEntries([
  [
    "callers is admitted as itself",
    async (chain: Chain) => (await chain.exchangeAnswer(await chain.signed(chain.lambda("callers")))).status === 200,
  ],
  ...SERVICES.flatMap((service): [string, Attack][] => {
    const neighbour = other(service);
    const token = { audience: `https://storefront-dev-${service}.storefront-dev.internal` };
    const federated = async (chain: Chain, name: string) =>
      chain.exchange(await chain.assume(chain.lambda("callers"), name));
    const calls = async (chain: Chain, bearer: string) =>
      (await chain.call(service, [["X-Serverless-Authorization", `Bearer ${bearer}`]])).status === 200;
    return [
      [
        `public becomes ${service}`,
        async (chain) => (await chain.assumeAnswer(chain.lambda("public"), service)).status === 200,
      ],
      [
        `${neighbour} becomes ${service}`,
        async (chain) => {
          const own = await chain.assume(chain.lambda("callers"), neighbour);
          return (await chain.assumeAnswer(own, service)).status === 200;
        },
      ],
      [
        `a function runs as ${service}`,
        async (chain) => chain.aws.functionCredentials(chain.roleArn(service), "another") !== undefined,
      ],
      [
        `${neighbour} mints for ${service}`,
        async (chain) => (await chain.idTokenAnswer(await federated(chain, neighbour), service)).status === 200,
      ],
      [
        `${neighbour} calls ${service}`,
        async (chain) => calls(chain, await chain.idToken(await federated(chain, neighbour), neighbour, token)),
      ],
      [`nobody calls ${service}`, async (chain) => (await chain.call(service, [])).status === 200],
      [
        `${service} calls with another audience`,
        async (chain) => {
          const minted = await chain.idToken(await federated(chain, service), service, {
            audience: "https://other.example",
          });
          return calls(chain, minted);
        },
      ],
    ];
  }),
]);

/** The attacks that pass. One that cannot even be tried is refused. */
async function passing(...changes: readonly Change[]): Promise<readonly string[]> {
  const chain = await Chain.of(...changes);
  const found: string[] = [];
  for (const [name, attack] of Object.entries(ATTACKS)) {
    if (await attack(chain).catch(() => false)) found.push(name);
  }
  return found;
}

/** `public` serves a route of the catalog, and becomes it by right. */
const BY_RIGHT = ["public becomes catalog"];

test("as it is declared, no attack passes", async () => {
  expect(await passing()).toEqual(BY_RIGHT);
});

test.each(LOOSER)("$address $name: lets $lets", async ({ change, lets }) => {
  const found = await passing(change);
  expect(found.filter((attack) => !BY_RIGHT.includes(attack)).sort()).toEqual([...lets].sort());
});

test.each(QUIET)("$address $name changes no answer: $reason", async ({ change, address }) => {
  expect(await goodCalls(change)).toEqual(["200", "200", "200", "200"]);
  expect(await passing(change)).toEqual(BY_RIGHT);
  expect(JUDGED).toContain(address);
});

test("where a role trusts the account, the callers' own policies decide", async () => {
  expect(await goodCalls(TRUST_BY_ACCOUNT)).toEqual(["200", "200", "200", "200"]);
  expect(await passing(TRUST_BY_ACCOUNT)).toEqual(BY_RIGHT);
});

test.each(OWN_POLICIES.tighter)("there, $address $name: a good call is refused there", async ({ address, change }) => {
  const refused = (await goodCalls(TRUST_BY_ACCOUNT, change)).filter((answer) => answer !== "200");
  expect(refused.length).toBeGreaterThan(0);
  expect(new Set(refused)).toEqual(new Set([`${address}.policy`]));
});

test("there, a policy of `public` for any role lets it become every service", async () => {
  const [loose] = OWN_POLICIES.looser.filter(({ address }) => address.endsWith(".public"));
  const found = await passing(TRUST_BY_ACCOUNT, loose?.change ?? (() => {}));
  expect(found).toEqual(SERVICES.map((service) => `public becomes ${service}`));
});

test.each(ACCESSORS)(
  "$address: who mounts the secret needs it, and nobody else is let in",
  ({ address, service, mount }) => {
    const stranger = other(service);
    const reader = (name: string) => `serviceAccount:storefront-dev-${name}-rt@storefront-dev.iam.gserviceaccount.com`;
    expect(() => declaredServices(stackOf(mount(service)))).not.toThrow();
    expect(() => declaredServices(stackOf(mount(service), remove(address)))).toThrow("no binding lets it");
    expect(() => declaredServices(stackOf(mount(service), set(address, { role: "roles/run.viewer" })))).toThrow(
      `${address} does not let it`,
    );
    expect(() => declaredServices(stackOf(mount(stranger)))).toThrow(`${address} does not let it`);
    const wider = set(address, { members: [reader(service), reader(stranger)] });
    expect(() => declaredServices(stackOf(mount(stranger), wider))).not.toThrow();
  },
);

test("every declaration that grants something is mutated here", () => {
  const mutated = new Set([...TIGHTER, ...LOOSER, ...QUIET].map(({ address }) => address));
  expect(JUDGED.filter((address) => !mutated.has(address))).toEqual([]);
});
