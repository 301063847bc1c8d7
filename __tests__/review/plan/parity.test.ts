import { changeOfStacks } from "../../../review/change/from-stacks";
import type { SynthesizedState } from "../../../review/change/state";
import { CASES } from "./cases";
import { fixture, modelOf } from "./fixture";

/** Changes that come from the config alone: a plan and the synthesized files must tell them alike. */
const FROM_CONFIG = Object.entries(CASES)
  .filter(([, { state, between, options, drift }]) => !state && !between && !options && !drift)
  .map(([name]) => name);

test.each(FROM_CONFIG)("%s: plan and synthesized files find the same access gained and lost", (name) => {
  const plan = fixture(name);
  const synthesized = changeOfStacks("dev", plan.base as SynthesizedState, plan.head);
  const planned = modelOf(plan);
  const told = ({ access }: typeof planned) => ({
    ...access,
    rows: access.rows.filter(({ before }) => before?.who !== MADE_UP && !isSpeltOtherwise(name, before?.on)),
  });
  expect(told(planned)).toEqual(told(synthesized));
});

/** The stand-in of the AWS provider makes up URLs for an app client that has none, and they are in its state. */
const MADE_UP = "app client storefront-dev-support-desk";

/** Envoy's text is no longer declared: of a pool's address a state does not say in which of two ways it was written. */
function isSpeltOtherwise(name: string, on: string | undefined): boolean {
  return name === "handshake-switched-back" && on?.startsWith("Envoy of ") === true;
}

/** The stand-in of Google's provider changes a secret's version where the real one makes another. */
const IN_PLACE = /^replaced google_secret_manager_secret_version\./;

const LOST = ["destroyed", "replaced", "forgotten"];

test.each(FROM_CONFIG)("%s: what the synthesized files know to be lost or added, the plan knows as well", (name) => {
  const plan = fixture(name);
  const of = (model: ReturnType<typeof modelOf>) =>
    model.resources
      .filter(({ type, action }) => type !== "" && (action === "added" || LOST.includes(action)))
      .map(({ address, action }) => `${action} ${address}`);
  const found = of(modelOf(plan));
  const known = of(changeOfStacks("dev", plan.base as SynthesizedState, plan.head));
  expect(known.filter((line) => !found.includes(line) && !IN_PLACE.test(line))).toEqual([]);
});
