import { callerOf } from "../../../../cli/revoke/revoke";
import { POLICY } from "../../../support/authorizer/policy";

const door = { environment: "nowhere", policy: POLICY };

test.each([
  ["web", "customers/web"],
  ["customers/web", "customers/web"],
  ["workforce/0oa1example", "workforce/0oa1example"],
  ["0oa1example", "workforce/0oa1example"],
])("%s is the caller %s", (written, name) => {
  expect(callerOf(door, written).name).toBe(name);
});

test("finds a caller with a subject by its id in the config", () => {
  const dev = { ...door, environment: "dev" };
  expect(callerOf(dev, "nightly-export").name).toBe("aws/arn:aws:iam::111122223333:role/nightly-export");
});

test("an unknown caller is refused, with the nearest name", () => {
  expect(() => callerOf(door, "customers/wb")).toThrow(
    'nowhere: the functions know no caller "customers/wb"; did you mean "customers/web"?',
  );
  expect(() => callerOf(door, "customers")).toThrow("know no caller");
});

test("an id of two callers is refused with both names", () => {
  const [cognito] = POLICY.issuers;
  const twice = { ...POLICY, issuers: [...POLICY.issuers, { ...cognito, id: "partners" }] } as typeof POLICY;
  expect(() => callerOf({ ...door, policy: twice }, "web")).toThrow(
    "web may be any of customers/web, partners/web\n    write the whole name",
  );
});
