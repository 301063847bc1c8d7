import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { stateOf } from "../../../support/rest-state";
import { rotatedIntent } from "../../../support/rotation";
import { intentOf } from "../../../support/shop";
import { small } from "../../../support/small";
import { accessBetween, edited, type Json, lines } from "../../../support/synthesized-states";

const [dev, monthly] = [intentOf("dev"), rotatedIntent()].map((intent) => stateOf(small(intent))) as [
  SynthesizedState,
  SynthesizedState,
];

/** The parts of a rotation that the review reads: its metric and its alarms grant nothing. */
const ADDED = Object.entries<Json>(monthly.stack.resource).flatMap(([type, named]) =>
  Object.keys(named)
    .filter((name) => dev.stack.resource[type]?.[name] === undefined && !/metric/.test(type))
    .map((name) => [type, name] as const),
);

test("any other value of a resource of a rotation, and any other argument, is judged as without own code", () => {
  const accepted = new Set<string>();
  let count = 0;
  for (const [type, name] of ADDED) {
    for (const [path, mutated] of mutationsOf(monthly.stack.resource[type]?.[name])) {
      const after = edited(monthly, (all) => (all[type][name] = mutated));
      count += 1;
      const [found, all] = [{ ...after, isOwnCode: true } as const, after].map((state) =>
        lines(accessBetween(dev, state)).join("\n"),
      );
      if (found !== all) accepted.add(`${type}.${path}`);
    }
  }
  expect([...accepted].sort()).toEqual([
    "aws_cloudwatch_event_rule.description",
    "aws_iam_role.description",
    "aws_lambda_function.description",
  ]);
  expect(ADDED).toHaveLength(11);
  expect(count).toBeGreaterThan(150);
});

/** Copies of a body: each value replaced or removed, one more field in each object, one more item in each list. */
function mutationsOf(body: Json): readonly (readonly [path: string, mutated: Json])[] {
  const found: (readonly [string, Json])[] = [];
  const visit = (value: Json, path: string, put: (value: Json) => Json) => {
    const text = typeof value === "string" && value.startsWith('{"Version"') ? JSON.parse(value) : undefined;
    if (text !== undefined) visit(text, path, (inner) => put(JSON.stringify(inner)));
    else if (Array.isArray(value)) {
      found.push([path, put([...value, "x"])]);
      for (const [index, item] of value.entries()) {
        visit(item, path, (inner) => put(value.map((each, at) => (at === index ? inner : each))));
      }
    } else if (typeof value === "object") {
      found.push([`${path}.x`, put({ ...value, x: "x" })]);
      for (const [key, item] of Object.entries<Json>(value)) {
        if (path === "" && key === "depends_on") continue;
        const { [key]: _, ...rest } = value;
        const at = path === "" ? key : `${path}.${key}`;
        found.push([at, put(rest)]);
        visit(item, at, (inner) => put({ ...value, [key]: inner }));
      }
    } else found.push([path, put(typeof value === "string" ? `${value}x` : "x")]);
  };
  visit(body, "", (value) => value);
  return found;
}
