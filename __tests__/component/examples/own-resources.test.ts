import { cpSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { parse } from "yaml";
import { ProjectCopy } from "../../support/command";
import { printed } from "../../support/documentation";
import { ROOT } from "../../support/places";

const EXAMPLES = join(ROOT, "examples", "own-resources");

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

beforeAll(() => {
  for (const name of readdirSync(EXAMPLES)) cpSync(join(EXAMPLES, name), project.path(name), { recursive: true });
  project.edit("bootstrap.yaml", /^ {2}dev:\n/m, "  dev:\n    boundary: true\n");
  const { code, error } = project.run(["synth", "dev"]);
  if (code !== 0) throw new Error(error);
});

const stack = () => JSON.parse(readFileSync(project.path("synthesized", "dev", "main.tf.json"), "utf8"));

test("a project's own table and topic are in the stack, bound to the account of one service", () => {
  const { resource } = stack();
  expect(resource.aws_dynamodb_table.orders_table.name).toBe("storefront-dev-orders");
  const { Statement } = JSON.parse(resource.aws_iam_role.orders_table_reader.assume_role_policy);
  expect(Statement).toEqual([
    {
      Effect: "Allow",
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: "accounts.google.com" },
      Condition: {
        StringEquals: {
          "accounts.google.com:sub": "${google_service_account.orders_rt.unique_id}",
          "accounts.google.com:oaud": "storefront-dev-orders-table-reader",
        },
      },
    },
  ]);
  expect(resource.google_pubsub_topic_iam_binding.order_events_publisher.members).toEqual([
    "serviceAccount:storefront-dev-orders-rt@storefront-dev.iam.gserviceaccount.com",
  ]);
});

test("the API of an own type is enabled once, and the resource waits for it", () => {
  const { resource } = stack();
  expect(resource.google_project_service.pubsub.service).toBe("pubsub.googleapis.com");
  expect(resource.google_pubsub_topic.order_events.depends_on).toEqual(["google_project_service.pubsub"]);
});

test("what the ledger cannot read of them has a row NOT READ, and what it can read has its own", () => {
  const ledger = readFileSync(project.path("synthesized", "dev", "access.md"), "utf8").split("\n");
  const cells = ledger.map((line) => line.split(" | ").slice(0, 3).join(" | "));
  expect(cells).toEqual(
    expect.arrayContaining([
      "| NOT READ | unknown grants | aws_dynamodb_table.orders_table",
      "| identities of the AWS account | use items | table storefront-dev-orders",
      "| accounts.google.com | sts:AssumeRoleWithWebIdentity (trust policy) | role storefront-dev-orders-table-reader",
      "| role storefront-dev-orders-table-reader | dynamodb:GetItem, dynamodb:Query | aws_dynamodb_table.orders_table",
      "| serviceAccount:storefront-dev-orders-rt@storefront-dev.iam.gserviceaccount.com | roles/pubsub.publisher | topic storefront-dev-order-events",
    ]),
  );
});

const BOUNDARY = "arn:aws:iam::111122223333:policy/storefront-dev-boundary";

test("each role has the boundary of the bootstrap, those of main.ts too", () => {
  const roles = Object.entries<{ permissions_boundary: string }>(stack().resource.aws_iam_role);
  expect(roles.map(([name]) => name)).toEqual(expect.arrayContaining(["callers", "order_changes_role"]));
  expect(new Set(roles.map(([, role]) => role.permissions_boundary))).toEqual(new Set([BOUNDARY]));
});

test("a synthesis lists the resources for which the pipeline has no permissions, until config grants them", () => {
  const listed = () =>
    [...project.run(["synth", "dev"]).out.matchAll(/^ {8}([\w./-]+):\d+ {2}(.*)$/gm)].map(([, file, what]) => [
      file,
      what,
    ]);
  const mapping = ["order-changes.ts", "aws_lambda_event_source_mapping.order_changes_trigger"];
  expect(listed()).toEqual([
    ["orders-table.ts", "aws_dynamodb_table.orders_table"],
    mapping,
    ["order-changes.ts", "aws_lambda_function.order_changes: iam:PassRole on its role"],
  ]);
  const { environments } = parse(printed("yaml: own-permissions"));
  const { aws_lambda_event_source_mapping: _, ...rest } = environments.dev.permissions;
  const granted = (permissions: object) =>
    project.edit(
      "bootstrap.yaml",
      /^ {4}boundary: true\n(?: {4}permissions: .*\n)?/m,
      `    boundary: true\n    permissions: ${JSON.stringify(permissions)}\n`,
    );
  granted(rest);
  expect(listed()).toEqual([mapping]);
  granted(environments.dev.permissions);
  expect(listed()).toEqual([]);
});

test("an archive of a folder is next to the stack and in an export, with the same bytes whatever the times of its files", () => {
  const { aws_lambda_function, aws_lambda_event_source_mapping } = stack().resource;
  const { filename } = aws_lambda_function.order_changes;
  expect(filename).toMatch(/^assets\/order_changes_code\/[0-9a-f]{64}\/archive\.zip$/);
  expect(aws_lambda_event_source_mapping.order_changes_trigger.event_source_arn).toBe(
    "${aws_dynamodb_table.orders_table.stream_arn}",
  );
  const zip = readFileSync(project.path("cdktf.out/stacks/dev", filename));
  expect(Object.keys(unzipSync(zip))).toEqual(["index.mjs"]);
  utimesSync(project.path("order-changes", "index.mjs"), 0, 0);
  expect(project.run(["export", "dev", "--to", "exported"]).code).toBe(0);
  expect(readFileSync(project.path("exported", filename))).toEqual(zip);
  expect(project.run(["export", "dev", "--to", "exported", "--check"]).code).toBe(0);
  expect(project.run(["synth", "dev", "--check"]).code).toBe(0);
});

test("the local front door opens with them, and every route answers as without them", () => {
  const { code, out, error } = project.run(["local", "dev", "--matrix"]);
  expect([code, error]).toEqual([0, ""]);
  expect(out).toMatch(
    /^not simulated: \d+ resources on which no request depends, such as aws_dynamodb_table\.orders_table /m,
  );
  const strict = project.run(["local", "dev", "--matrix", "--strict"]);
  expect(strict.code).toBe(1);
  expect(strict.error).toContain("aws_dynamodb_table: a type of resource that the stand-ins do not know");
});

test("an attribute that decides and is not known makes the matrix uncertain, and names itself", () => {
  const before = readFileSync(project.path("main.ts"), "utf8");
  const own = `import { IamRole } from "@cdktf/provider-aws/lib/iam-role";\n${before}`;
  const bounded = 'if (each instanceof IamRole) each.addOverride("force_detach_policies", true);';
  const extend = `orderEvents(stack);\n    for (const each of stack.node.findAll()) ${bounded}`;
  writeFileSync(project.path("main.ts"), own.replace("orderEvents(stack);", extend));
  const { code, error } = project.run(["local", "dev", "--matrix"]);
  writeFileSync(project.path("main.ts"), before);
  expect(code).toBe(1);
  const { contradictions } = JSON.parse(readFileSync(project.path(".build/matrix-dev.json"), "utf8"));
  const named = "aws_iam_role.callers.force_detach_policies: unknown to the local stand-in";
  expect(contradictions).toContainEqual(expect.stringContaining(named));
  expect(error).toContain("behaviour contradicts synthesized/dev/access.md");
});

test("a project's own rule stops the synthesis, by its id and at the address", () => {
  const before = readFileSync(project.path("main.ts"), "utf8");
  writeFileSync(project.path("main.ts"), before.replace("shortLogs(90)", "shortLogs(1)"));
  const { code, error } = project.run(["synth", "dev"]);
  expect([code, error.includes("aws_cloudwatch_log_group.access: "), error.includes("(rule short-logs)")]).toEqual([
    1,
    true,
    true,
  ]);
  writeFileSync(project.path("main.ts"), before);
});

test("a boundary is on every role, a key on every client secret and log group, and no policy rule objects", () => {
  const before = readFileSync(project.path("main.ts"), "utf8");
  const boundary = "arn:aws:iam::111122223333:policy/boundary";
  const key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  const controlled = `controls(stack, ${JSON.stringify({ boundary, key })});\n  },\n  rules:`;
  const own = `import { controls } from "./controls";\n${before}`;
  writeFileSync(project.path("main.ts"), own.replace("},\n  rules:", controlled));
  const { code, out, error } = project.run(["synth", "dev"]);
  const { resource } = stack();
  const matrix = project.run(["local", "dev", "--matrix"]);
  writeFileSync(project.path("main.ts"), before);
  expect([code, error]).toEqual([0, expect.not.stringContaining("rule")]);
  const values = (type: string, name: string) =>
    new Set(Object.values<Record<string, unknown>>(resource[type]).map((each) => each[name]));
  expect(values("aws_iam_role", "permissions_boundary")).toEqual(new Set([boundary]));
  // The bootstrap lets the deploy identity create roles with its own boundary alone.
  const refused = [...out.matchAll(/^ {8}\S+ {2}aws_iam_role\.(\w+): iam:CreateRole without the boundary (\S+)$/gm)];
  expect(refused.map(([, name, arn]) => [name, arn])).toEqual(
    Object.keys(resource.aws_iam_role).map((name) => [name, BOUNDARY]),
  );
  for (const type of ["aws_secretsmanager_secret", "aws_cloudwatch_log_group"])
    expect([type, values(type, "kms_key_id")]).toEqual([type, new Set([key])]);
  expect([matrix.code, matrix.error]).toEqual([0, ""]);
});
