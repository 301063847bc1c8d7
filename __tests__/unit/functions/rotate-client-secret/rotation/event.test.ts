import { readEvent } from "../../../../../functions/rotate-client-secret/handler";

const rest = { SecretId: "arn", ClientRequestToken: "token" };

test.each([
  ["createSecret", "create_secret"],
  ["setSecret", "set_secret"],
  ["testSecret", "test_secret"],
  ["finishSecret", "finish_secret"],
])("both spellings of %s are accepted", (step, newer) => {
  for (const Step of [step, newer]) {
    expect(readEvent({ ...rest, Step })).toEqual({ kind: "step", step, secretId: "arn", token: "token" });
  }
});

test("the daily check is recognized", () => {
  expect(readEvent({ check: true })).toEqual({ kind: "check" });
});

test.each([
  undefined,
  null,
  "createSecret",
  {},
  { check: "true" },
  { ...rest, Step: "toString" },
  { ...rest, Step: "createSecret", ClientRequestToken: "" },
  { Step: "createSecret", ClientRequestToken: "token" },
])("%j is not an event of Secrets Manager", (event) => {
  expect(() => readEvent(event)).toThrow(
    "the event is no step of a rotation; let Secrets Manager alone call this function",
  );
});
