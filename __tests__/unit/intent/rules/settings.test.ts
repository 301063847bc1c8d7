import { BASE, DEV, faults, problemsOf } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

testAll([
  ["state: { path: state/dev.tfstate }", "bucket and region and path"],
  ["state: { bucket: null }", "region"],
  ["state: { region: null }", "bucket"],
  ["state: { bucket: null, region: null }", "neither"],
  ["state: { bucket: null, path: state/dev.tfstate }", "region and path"],
])("%s is not a place for a state", (changes, got) => {
  expect(faults(changes)).toEqual([`state  got ${got}, expected either bucket and region, or path`]);
});

test("a bucket with its region is a place, and so is a path", () => {
  expect(faults("state: { bucket: other-state, region: us-east-1 }")).toEqual([]);
  expect(faults("state: { bucket: null, region: null, path: state/dev.tfstate }")).toEqual([]);
});

testAll(["/etc/state", "../state", "a/../../b", ".."])("the local state %s is outside the project", (path) => {
  expect(faults(`state: { bucket: null, region: null, path: "${path}" }`)).toEqual([
    `state.path  got "${path}", expected a relative path inside the project`,
  ]);
});

testAll(["Shop", "a", "-shop", "shop_state", "a..b", "xn--shop"])("%s is not a bucket name", (bucket) => {
  expect(faults(`state: { bucket: ${bucket} }`)).toEqual([expect.stringMatching(/^state\.bucket {2}got /)]);
});

testAll([
  [1, "1, expected 0, or at least 7 (AWS Secrets Manager's limit)"],
  [6, "6, expected 0, or at least 7 (AWS Secrets Manager's limit)"],
  [0, "0 with protect: true, expected at least 7 while protect is on"],
  [31, "31, expected at most 30 (AWS Secrets Manager's limit)"],
])("%s days of recovery are refused", (days, fault) => {
  expect(faults(`recoveryDays: ${days}`)).toEqual([`recoveryDays  got ${fault}`]);
});

test("the advice on too few days is not the next error", () => {
  const advice = (protect: boolean) =>
    problemsOf({ "base.yaml": BASE, "dev.yaml": `${DEV}recoveryDays: 1\nprotect: ${protect}\n` });
  expect([true, false].map((protect) => advice(protect).map(({ remedy }) => remedy?.includes("write 0")))).toEqual([
    [false],
    [true],
  ]);
});

test("0 days are accepted without protection, and 7 with it", () => {
  expect(faults("recoveryDays: 0\nprotect: false")).toEqual([]);
  expect(faults("recoveryDays: 7\nprotect: true")).toEqual([]);
});

testAll([
  ["application: x", "tags.application  got the tag application, expected none of application, environment"],
  ["environment: x", "tags.environment  got the tag environment, expected none of application, environment"],
  [
    "awsome: x",
    "tags.awsome  got the tag awsome, expected a name that does not start with aws (the cloud reserves it)",
  ],
  [
    "goog-x: x",
    "tags.goog-x  got the tag goog-x, expected a name that does not start with goog (the cloud reserves it)",
  ],
  [
    "Team: x",
    'tags.Team  got the name "Team", expected a lower-case letter, then up to 62 of a-z, 0-9, _ and - (a Google label)',
  ],
  ["team: Web Shop", 'tags.team  got "Web Shop", expected up to 63 of a-z, 0-9, _ and - (a Google label)'],
])("the tag %s is not accepted by both clouds", (tag, fault) => {
  expect(faults(`tags: { ${tag} }`)).toEqual([fault]);
});

test("a resource has at most 50 tags, two of which the program sets", () => {
  const tags = (count: number) => `tags: { ${Array.from({ length: count }, (_, i) => `t${i}: x`).join(", ")} }`;
  expect(faults(tags(48))).toEqual([]);
  expect(faults(tags(49))).toEqual([
    "tags  got 49 tags, expected at most 48 (AWS allows 50 tags per resource, and the program sets two)",
  ]);
});

test("a tag may be empty, and up to 63 characters long", () => {
  expect(faults(`tags: { team: "", k${"x".repeat(62)}: ${"v".repeat(63)} }`)).toEqual([]);
});
