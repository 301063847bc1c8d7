import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeWhere } from "../../__tests__/support/describe-where";
import { changed, type EditableDocument } from "../../__tests__/support/local/document";
import { ROOT } from "../../__tests__/support/places";
import { restDev } from "../../__tests__/support/rest";
import { stackOf } from "../../__tests__/support/stack";
import type { TerraformDocument } from "../../packages/local-front-door/terraform/document";
import { Stack } from "../../packages/local-front-door/terraform/stack";
import { BothGateways, type SentRequest } from "./both-gateways";
import { type Difference, differencesOf } from "./differences";
import { KNOWN_DIFFERENCES, type Verdict } from "./known-differences";
import { pythonWithLocalStack } from "./localstack";
import { generated, NAMED } from "./requests";
import { WIDER_API } from "./wider-api";

/** Generated requests, and the seed of their generator. */
const GENERATED = { count: 400, seed: 7 };

/** What the authorizers return about each caller. Without `actor`, that mapping has no value. */
const CONTEXT = { subject: "user-1", client: "customers/web", scopes: "orders/read", issuer: "customers" };

const found = pythonWithLocalStack();

/** The counts in the section's table, in order. */
function documented(): readonly number[] {
  const page = readFileSync(join(ROOT, "docs/explanation/evidence.md"), "utf8");
  const section = page.split("\n## Another emulator of the REST gateway\n")[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^\|.*\| (\d+) \|$/gm)].map(([, count]) => Number(count));
}

/** The service is behind LocalStack's REST API and behind the local front door's. docs/explanation/evidence.md explains the result. */
describeWhere("missing" in found ? found.missing : undefined, "LocalStack's REST API", () => {
  let both: BothGateways;
  const requests: readonly (readonly [name: string, sent: SentRequest])[] = [
    ...Object.entries(NAMED),
    ...generated(GENERATED.count, GENERATED.seed).map((sent, index) => [`generated ${index}`, sent] as const),
  ];
  const differences: (Difference & { readonly request: string })[] = [];
  /** How many requests reached the backend from both. */
  let forwarded = 0;

  beforeAll(async () => {
    const document = changed(structuredClone(stackOf(restDev()).json) as EditableDocument, WIDER_API);
    const stack = Stack.of(document as TerraformDocument, "/nowhere");
    both = await BothGateways.start("python" in found ? found.python : "", stack, CONTEXT);
    for (const [request, sent] of requests) {
      const [ours, theirs] = [await both.ofLocalDoor(sent), await both.ofEmulator(sent)];
      if (ours.arrived.length === 1 && theirs.arrived.length === 1) forwarded += 1;
      differences.push(...differencesOf(sent, ours, theirs).map((each) => ({ request, ...each })));
    }
  });
  afterAll(() => both?.stop());

  test("differs from the local front door's only as listed", () => {
    const unknown = differences.filter((each) => !KNOWN_DIFFERENCES.some(({ explains }) => explains(each)));
    expect(unknown.map(({ request, field, ours, theirs }) => ({ request, field, ours, theirs }))).toEqual([]);
  });

  test("differs in everything that is listed", () => {
    const unseen = KNOWN_DIFFERENCES.filter(({ explains }) => !differences.some(explains));
    expect(unseen.map(({ ours, theirs }) => ({ ours, theirs }))).toEqual([]);
  });

  test("has the counts that the docs name", () => {
    const right = (verdict: Verdict) => KNOWN_DIFFERENCES.filter((each) => each.right === verdict).length;
    const kinds = [right("local front door"), right("LocalStack"), right("not documented")];
    expect(documented()).toEqual([requests.length, forwarded, KNOWN_DIFFERENCES.length, ...kinds]);
  });
});
