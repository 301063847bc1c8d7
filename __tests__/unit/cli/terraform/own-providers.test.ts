import {
  chosenProviders,
  furtherProviders,
  namedProviders,
  newerNotes,
  type OwnProviders,
} from "../../../../cli/terraform/own-providers";
import { isLocked, lockedProviders, lockFileOf } from "../../../../cli/terraform/provider-lock";
import { PROVIDERS } from "../../../../cli/terraform/providers";
import { runningParts } from "../../../../cli/terraform/stack-contents";
import { dev, edited, type Json } from "../../../support/synthesized-states";

const block = (address: string, version: string, hashes: readonly string[]) =>
  `provider "${address}" {\n  version     = "${version}"\n  constraints = "${version}"\n  hashes = [\n${hashes
    .map((hash) => `    "${hash}",\n`)
    .join("")}  ]\n}\n`;

const AWS = block("registry.example/hashicorp/aws", "6.25.0", ["h1:aaa="]);
const RANDOM = block("registry.example/hashicorp/random", "3.7.2", ["h1:bbb=", "zh:ccc"]);
const LOCK = `# This file is maintained automatically by "terraform init".\n\n${AWS}\n${RANDOM}`;
const named = namedProviders(["hashicorp/random@3.7.2"]);
const own: OwnProviders = { named, locked: lockedProviders(LOCK) };

test("cdktf.json names providers by source and exact version", () => {
  const entries = ["random@3.7.2", "acme/thing@1.0.0-beta.1", "registry.example/acme/x-beta@1.2.3"];
  expect(namedProviders(entries)).toEqual({
    random: { source: "hashicorp/random", version: "3.7.2" },
    thing: { source: "acme/thing", version: "1.0.0-beta.1" },
    "x-beta": { source: "registry.example/acme/x-beta", version: "1.2.3" },
  });
  for (const wrong of [
    ["random"],
    ["random@~> 3.0"],
    ["random@>=3.7.2"],
    [{ random: "3.7.2" }],
    [7],
    "random@3.7.2",
    {},
  ])
    expect(() => namedProviders(wrong)).toThrow("cdktf.json, providers");
});

test("a project chooses newer releases of the same major version for the providers of every stack", () => {
  const [aws, google] = [PROVIDERS.aws, PROVIDERS.google].map((each) => each?.version ?? "");
  const chosen = namedProviders(["hashicorp/aws@6.99.1", `google@${google}`]);
  expect(chosenProviders({ named: { ...named, ...chosen }, locked: [] })).toEqual({
    aws: { source: "hashicorp/aws", version: "6.99.1" },
    google: PROVIDERS.google,
  });
  expect(furtherProviders({ named: { ...named, ...chosen }, locked: [] })).toEqual(["random"]);
  expect(newerNotes({ named: chosen, locked: [] })).toEqual([expect.stringMatching(/^hashicorp\/aws 6\.99\.1 /)]);
  expect(newerNotes({ named, locked: [] })).toEqual([]);
  for (const wrong of [
    "hashicorp/aws@6.24.9",
    "hashicorp/aws@5.100.0",
    "hashicorp/aws@7.0.0",
    "hashicorp/aws@6.26.0-beta1",
    `mallory/aws@${aws}`,
    `registry.example/hashicorp/aws@${aws}`,
  ])
    expect(() => namedProviders([wrong])).toThrow("cdktf.json, providers");
});

test("a lock file applies to the same source and version, with a checksum", () => {
  const locks = (text: string) => isLocked({ source: "hashicorp/random", version: "3.7.2" }, lockedProviders(text));
  const of = (address: string, version: string, hashes: readonly string[]) => locks(block(address, version, hashes));
  expect(locks(LOCK)).toBe(true);
  expect([
    locks(AWS),
    of("registry.example/hashicorp/random", "3.7.1", ["h1:a="]),
    of("registry.example/mallory/random", "3.7.2", ["h1:a="]),
    of("registry.example/hashicorp/random", "3.7.2", []),
    of("registry.example/hashicorp/random", "3.7.2", ["h2:a="]),
    of("registry.example/hashicorp/random", "3.7.2", ["h1:"]),
  ]).toEqual([false, false, false, false, false, false]);
});

test("a stack gets the checksums of the providers that it requires, and no others", () => {
  const aws = { source: "aws", version: "6.25.0" };
  expect(lockFileOf([aws], own.locked)).toBe(AWS);
  expect(lockFileOf([aws, ...Object.values(named)], own.locked)).toBe(`${AWS}\n${RANDOM}`);
});

const REQUIRED = { source: "hashicorp/random", version: "3.7.2" };
const PET = { pet: { length: 2 } };
const REQUIRED_AWS = "terraform.required_providers.aws";
type Edit = (stack: Json) => void;
/** @param locked the version with checksums */
const newerAws = (locked: string): OwnProviders => ({
  named: { ...named, ...namedProviders(["hashicorp/aws@6.31.0"]) },
  locked: lockedProviders(`${RANDOM}\n${block("registry.example/hashicorp/aws", locked, ["h1:ddd="])}`),
});

const RANDOM_REQUIRED = "terraform.required_providers.random";
const randomOf =
  (other: object): Edit =>
  (stack) =>
    (stack.terraform.required_providers.random = { ...REQUIRED, ...other });
const newer: Edit = (stack) => (stack.terraform.required_providers.aws.version = "6.31.0");

test.each<readonly [string, Edit, Partial<OwnProviders>, readonly string[]]>([
  ["named and locked", () => {}, {}, []],
  ["not named", () => {}, { named: {} }, [RANDOM_REQUIRED, "provider.random", "random_pet"]],
  ["not locked", () => {}, { locked: lockedProviders(AWS) }, [RANDOM_REQUIRED]],
  ["of another version", randomOf({ version: "3.7.1" }), {}, [RANDOM_REQUIRED]],
  ["of another publisher", randomOf({ source: "mallory/random" }), {}, [RANDOM_REQUIRED]],
  [
    "used without being required",
    (stack) => delete stack.terraform.required_providers.random,
    {},
    ["provider.random", "random_pet"],
  ],
  [
    "with a file of this machine in its settings",
    (stack) => (stack.provider.random = [{ token_file: "/tmp/x" }]),
    {},
    ["provider.random.token_file"],
  ],
  [
    "chosen by a resource of a known type",
    (stack) => (stack.resource.aws_iam_role.orders.provider = "null"),
    {},
    ["aws_iam_role.orders.provider"],
  ],
  [
    "chosen by a data source",
    (stack) => (stack.data = { aws_region: { x: { provider: "null.x" } } }),
    {},
    ["data.aws_region.x.provider"],
  ],
  [
    "with a name that every object has",
    (stack) => (stack.terraform.required_providers.constructor = { source: "constructor" }),
    {},
    ["terraform.required_providers.constructor"],
  ],
  ["a newer version of AWS's, named and locked", newer, newerAws("6.31.0"), []],
  ["a newer version of AWS's that the stack does not have", () => {}, newerAws("6.31.0"), [REQUIRED_AWS]],
  ["a newer version of AWS's without checksums", newer, newerAws("6.30.0"), [REQUIRED_AWS]],
  ["a newer version of AWS's that cdktf.json does not name", newer, {}, [REQUIRED_AWS]],
])("a provider of the project that is %s", (_, edit, accepted, expected) => {
  const { stack } = edited(dev, (resource, copy) => {
    resource.random_pet = PET;
    copy.stack.provider.random = [{}];
    copy.stack.terraform.required_providers.random = REQUIRED;
    edit(copy.stack);
  });
  expect(runningParts({ ...stack }, { ...own, ...accepted }).map((each) => each.replace(/: [\s\S]*/, ""))).toEqual(
    expected,
  );
});
