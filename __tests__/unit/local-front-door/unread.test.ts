import type { Change } from "../../support/local/document";
import { ReadableStack } from "../../support/local/reading";
import { isOpen, OPEN_BLOCKS, onePerShape, placesOf, unexpected, unheardOf } from "../../support/local/unread";
import { restDev } from "../../support/rest";
import { rotatedIntent } from "../../support/rotation";

const STACKS: Readonly<Record<string, ReadableStack>> = {
  dev: ReadableStack.of("dev"),
  staging: ReadableStack.of("staging"),
  prod: ReadableStack.of("prod"),
  "dev as REST": ReadableStack.ofIntent(restDev()),
  "dev with rotation": ReadableStack.ofIntent(rotatedIntent()),
  preview: ReadableStack.of("preview"),
};
const refusal = (environment: string, ...changes: readonly Change[]) => STACKS[environment]?.refusal(...changes);

const places = Object.entries(STACKS).map(([name, stack]) => placesOf(name, stack.document));
/** Envoy's container, which only preview has, is read differently from an app's. */
const ofApps = onePerShape(places.slice(0, -1).flat());
const ofEnvoy = onePerShape(places.at(-1) ?? []);

test("every attribute of every environment is read, or immaterial for a reason", () => {
  const refused = Object.keys(STACKS).flatMap((name) => refusal(name) ?? []);
  expect(refused).toEqual([]);
});

test("an unknown attribute of any resource or block stops the start, unless the block is open for a reason", async () => {
  expect(await unexpected([...ofApps, ...ofEnvoy], refusal)).toEqual([]);
  expect(ofApps.length).toBeGreaterThan(140);
});

test("a door that is not strict also notices each of them: it does not open, or lists what refuses requests", async () => {
  const noticed = (environment: string, change: Change) => {
    const [first] = STACKS[environment]?.notUnderstood(change) ?? [];
    return first;
  };
  expect(await unexpected([...ofApps, ...ofEnvoy], noticed)).toEqual([]);
});

test("unknown attributes in all open blocks together do not stop the start", () => {
  for (const [index, name] of Object.keys(STACKS).entries()) {
    const open = places[index]?.filter(isOpen) ?? [];
    expect([open.length > 20, refusal(name, ...open.map(unheardOf))]).toEqual([true, undefined]);
  }
});

test("every open block occurs in a stack", () => {
  const shapes = new Set([...ofApps, ...ofEnvoy].map(({ shape }) => shape));
  expect(Object.keys(OPEN_BLOCKS).filter((shape) => !shapes.has(shape))).toEqual([]);
});

test("an unknown type of resource stops the start, because it might grant access", () => {
  const types = [
    "google_cloud_run_v2_service_iam_policy",
    "google_project_iam_member",
    "aws_iam_user_policy_attachment",
  ];
  for (const type of types) {
    const add: Change = ({ resource }) => Object.assign(resource, { [type]: { x: {} } });
    expect(refusal("dev", add)).toBe(`${type}: a type of resource that the stand-ins do not know`);
  }
});

test("the larger of two environments with the same kind of API has every type of the smaller one", () => {
  const types = (name: string) => Object.keys(STACKS[name]?.document.resource ?? {});
  expect(types("prod")).toEqual(expect.arrayContaining(types("staging")));
});
