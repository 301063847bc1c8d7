import { StackError } from "../../../../packages/local-front-door/terraform/document";
import { Chain } from "../chain";
import type { Change } from "../document";
import { type Mutation, other, SERVICES } from "./declarations";
import type { LooseMutation } from "./looser";
import type { QuietMutation } from "./quiet";

/** Every chain of a valid call: which function becomes which service's invoker. */
const WAYS = [
  ["callers", "accounts"],
  ["callers", "catalog"],
  ["callers", "orders"],
  ["public", "catalog"],
] as const;

/** Returns the outcome of a valid call, step by step: 200, or the declaration at fault. */
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

const ALL_PASS = WAYS.map(() => "200").join();

export async function goodCalls(...changes: readonly Change[]): Promise<readonly string[]> {
  const chain = await Chain.of(...changes);
  const answers: string[] = [];
  for (const [lambda, service] of WAYS) answers.push(await goodCall(chain, lambda, service));
  return answers;
}

type Attack = (chain: Chain) => Promise<boolean>;

/** Attacks by a principal that has one role or account of the stack, or none. */
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
      [`no principal calls ${service}`, async (chain) => (await chain.call(service, [])).status === 200],
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

/** `public` serves a route of the catalog, so it may become the catalog's invoker. */
export const BY_RIGHT = "public becomes catalog";

/**
 * Returns the attacks that pass, in addition to the permitted one. An attack that cannot be tried counts as refused.
 */
export async function passing(...changes: readonly Change[]): Promise<readonly string[]> {
  const chain = await Chain.of(...changes);
  const found: string[] = [];
  for (const [name, attack] of Object.entries(ATTACKS)) {
    if (name !== BY_RIGHT && (await attack(chain).catch(() => false))) found.push(name);
  }
  return found.sort();
}

const inWords = ({ address, name }: Mutation, found: readonly string[]) => `${address} ${name}: ${found.join()}`;

/** Returns the mutations after which no valid call is refused, or another declaration refuses it. */
export async function notRefused(mutations: readonly Mutation[], ...before: readonly Change[]) {
  const found: string[] = [];
  for (const mutation of mutations) {
    const { address, change, named = address } = mutation;
    const answers = await goodCalls(...before, change);
    const refused = answers.filter((answer) => answer !== "200");
    if (refused.length === 0 || !refused.every((each) => each.startsWith(named)))
      found.push(inWords(mutation, answers));
  }
  return found;
}

/** Returns the mutations that let attacks pass other than the expected ones. */
export async function otherwiseLoose(mutations: readonly LooseMutation[]) {
  const found: string[] = [];
  for (const mutation of mutations) {
    const passed = await passing(mutation.change);
    if (passed.join() !== [...mutation.lets].sort().join()) found.push(inWords(mutation, passed));
  }
  return found;
}

/** Returns the mutations that unexpectedly change an answer. */
export async function notQuiet(mutations: readonly QuietMutation[]) {
  const found: string[] = [];
  for (const mutation of mutations) {
    const answers = [...(await goodCalls(mutation.change)), ...(await passing(mutation.change))];
    if (answers.join() !== ALL_PASS) found.push(inWords(mutation, answers));
  }
  return found;
}

/** Returns one mutation of each kind per resource type. */
export function onePerKind<T extends Mutation>(mutations: readonly T[]): readonly T[] {
  const kind = ({ address, name }: Mutation) =>
    `${address.split(".")[0]} ${name.replace(/\d+|arn:\S+|'\S+'|\$\{\S+\}/g, "").replaceAll(new RegExp(SERVICES.join("|"), "g"), "")}`;
  return [...new Map(mutations.map((each) => [kind(each), each])).values()];
}
