import type { Intent } from "../../../intent/model/intent";
import type { StateResource } from "../../../packages/terraform-access-review/plan/plan-json";
import { previewUnder } from "../../support/handshakes";
import { changesWithin, isNamed, type ObjectChange } from "../../support/nested-changes";
import fc from "../../support/properties";
import { restDev } from "../../support/rest";
import { intentOf } from "../../support/shop";
import { small } from "../../support/small";
import { applying, describeTerraform } from "../../support/terraform-stack";
import { AppliedCloud, meanwhile, whereOf } from "./support/applied-cloud";

/**
 * Plans of each stack, with one change in every attribute. `DRIFT_ROUNDS=all` makes every change, which takes an hour. A
 * unit test makes each of them without Terraform.
 */
const { DRIFT_ROUNDS: ROUNDS = "3" } = process.env;

const STACKS: readonly (readonly [string, () => Intent])[] = [
  ["a federated HTTP API", () => small(intentOf("dev"))],
  ["a REST API", () => small(restDev())],
  ["the shared-issuer handshake", () => small(previewUnder("shared-issuer"))],
];

describeTerraform("a change outside Terraform within an attribute", () => {
  describe.each(STACKS)("of %s", (_, intent) => {
    applying(
      `is drift with the attribute's name, and nothing else is (${ROUNDS} rounds, FAST_CHECK_SEED=${fc.readConfigureGlobal().seed})`,
      () => {
        const cloud = new AppliedCloud(intent());
        const drawn = cloud.objects.map((object) => ({ object, attributes: drawnFrom(object, cloud) }));
        const deepest = Math.max(...drawn.flatMap(({ attributes }) => attributes.map(({ length }) => length)));
        const rounds = ROUNDS === "all" ? deepest : Math.min(Number(ROUNDS), deepest);
        for (let round = 0; round < rounds; round++) {
          const changed = drawn.flatMap(({ object, attributes }) =>
            attributes.flatMap((changes) => changes.slice(round, round + 1)).map((change) => ({ object, ...change })),
          );
          meanwhile(
            drawn.map(({ object }) => ({
              ...whereOf(object),
              set: Object.fromEntries(
                changed.filter((each) => each.object === object).map(({ attribute, value }) => [attribute, value]),
              ),
            })),
          );
          const { drift } = cloud.look();
          const of = (address: string) =>
            drift.filter((each) => each.startsWith(`${address} `)).map((each) => each.slice(address.length + 1));
          const missed = changed
            .filter(({ object, path }) => !isNamed(path, of(object.address)))
            .map(({ object, path, kind, value }) => `${object.address} ${path} ${kind}: ${JSON.stringify(value)}`);
          const others = drift.filter(
            (each) => !changed.some(({ object, path }) => isNamed(`${object.address} ${path}`, [each])),
          );
          expect({ round, missed, others }).toEqual({ round, missed: [], others: [] });
        }
      },
    );
  });
});

/** The changes within each attribute of an object, in random order. */
function drawnFrom(object: StateResource, cloud: AppliedCloud): readonly (readonly ObjectChange[])[] {
  const changes = changesWithin(object, cloud.bodyOf(object));
  const attributes = [...new Set(changes.map(({ attribute }) => attribute))];
  return attributes.map((name) => mixed(changes.filter(({ attribute }) => attribute === name)));
}

function mixed(changes: readonly ObjectChange[]): readonly ObjectChange[] {
  return fc.sample(fc.shuffledSubarray([...changes], { minLength: changes.length }), 1).flat();
}
