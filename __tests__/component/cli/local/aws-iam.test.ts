import { readFileSync } from "node:fs";
import { environment } from "../../../../cli/testing";
import { ProjectCopy } from "../../../support/command";

jest.setTimeout(60_000);

const project = new ProjectCopy();
afterAll(() => project.remove());

const ACCOUNTS = { dev: "111122223333", prod: "333344445555" } as const;

beforeAll(() => {
  for (const [name, account] of Object.entries(ACCOUNTS)) {
    const issuer = /^ {2}aws:\n {4}kind: oidc\n.*\n.*\n/m;
    project.edit(`${name}.yaml`, issuer, `  aws: { kind: aws-iam, accounts: ["${account}"] }\n`);
  }
  const { code, error } = project.run(["synth"]);
  if (code !== 0) throw new Error(error);
});

interface Cell {
  readonly route: string;
  readonly caller: string;
  readonly status: number;
}

test.each(["dev", "prod"] as const)("%s: a role can call its own routes with its signature, and no others", (name) => {
  const { code, error } = project.run(["local", name, "--matrix"]);
  expect([code, error]).toEqual([0, expect.any(String)]);
  const { cells } = JSON.parse(readFileSync(project.path(`.build/matrix-${name}.json`), "utf8"));
  const role = `aws/arn:aws:iam::${ACCOUNTS[name]}:role/nightly-export`;
  const own = (cells as readonly Cell[]).filter(({ caller }) => caller === role);
  const open = own.filter(({ status }) => status === 200).map(({ route }) => route);
  expect(open.filter((route) => route.includes("/orders")).sort()).toEqual([
    "GET /orders",
    "GET /orders/export",
    "GET /orders/{id}",
  ]);
  expect(own.find(({ route }) => route === "POST /orders")?.status).toBe(403);
});

test.each(["dev", "prod"] as const)("%s: the built authorizer decides the same in tests", async (name) => {
  const role = `aws/arn:aws:iam::${ACCOUNTS[name]}:role/nightly-export`;
  const { access, reason } = await environment(name, project.path("synthesized"));
  expect(access["GET /orders/export"]).toContain(role);
  expect(reason(role, "POST /orders")).toBe("scope");
});
