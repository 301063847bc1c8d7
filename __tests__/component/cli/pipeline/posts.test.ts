import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { comment, commentsOf } from "../../../../cli/pipeline/comment";
import { driftIssue, updateDriftIssue } from "../../../../cli/pipeline/drift-issue";
import { GitHub } from "../../../../cli/pipeline/github";
import { type ChangeModel, MODEL_VERSION } from "../../../../packages/terraform-access-review/model/change";
import { GitHubServer } from "./github-server";

const scratch = mkdtempSync(join(tmpdir(), "front-door-pipeline-"));
afterAll(() => rmSync(scratch, { recursive: true }));

let server: GitHubServer;
let job: NodeJS.ProcessEnv;
const before = { ...process.env };
beforeEach(async () => {
  server = new GitHubServer();
  job = await server.open();
  Object.assign(process.env, job);
  jest.spyOn(console, "log").mockImplementation();
});
afterEach(async () => {
  await server.close();
  process.env = { ...before };
  jest.restoreAllMocks();
});

const MARK = "<!-- front-door plan dev -->\n";

function model(changes: Partial<ChangeModel> = {}): ChangeModel {
  return {
    version: MODEL_VERSION,
    environment: "dev",
    source: "plan",
    access: { rows: [], guards: [] },
    resources: [],
    unchanged: 40,
    drift: [],
    notes: [],
    ...changes,
  };
}

const destroyed = (name: string) =>
  ({
    address: `aws_iam_role.${name}`,
    type: "aws_iam_role",
    action: "destroyed",
    forcedBy: [],
    attributes: [],
  }) as const;
const changed = model({ resources: [destroyed("orders")] });
const drifted = (environment: string) => model({ environment, drift: [{ ...destroyed("orders"), action: "drifted" }] });

async function say(of: ChangeModel): Promise<void> {
  const path = join(scratch, "model.json");
  writeFileSync(path, JSON.stringify([of]));
  await comment("dev", path, { pull: "7" });
}

test("a change has one comment, which later plans update; a plan without changes removes it", async () => {
  await say(changed);
  expect(server.comments.map(({ body }) => body)).toEqual([
    expect.stringContaining(`${MARK}### dev: ⚪ access unchanged`),
  ]);
  expect(server.comments[0]?.body).toMatch(/^_Change [0-9a-f]{12}: the deploy shows the same number/m);
  await say(changed);
  expect(server.calls).toEqual(["POST issues/7/comments"]);
  await say(model({ resources: [destroyed("orders"), destroyed("catalog")] }));
  expect(server.comments.map(({ body }) => body)).toEqual([expect.stringContaining("2 destroyed")]);
  await say(model());
  expect(server.comments).toEqual([]);
  expect(server.calls.slice(1)).toEqual(["PATCH issues/comments/1", "DELETE issues/comments/1"]);
});

test("leaves people's comments and those on other environments unchanged, on any page", async () => {
  const others = Array.from({ length: 230 }, (_, index) => server.post(`talk ${index}`, "ada"));
  const fake = server.post(`${MARK}of somebody else`, "mallory");
  const prod = server.post("<!-- front-door plan prod -->\nprod");
  server.comments = [...others, fake, prod, server.post(`${MARK}old`)];
  await say(changed);
  expect(server.calls).toEqual([`PATCH issues/comments/${server.comments.at(-1)?.id}`]);
  await say(model());
  expect(server.comments).toEqual([...others, fake, prod]);
});

test("splits a long report into comments within GitHub's limit, and removes surplus ones later", async () => {
  const names = Array.from({ length: 1_500 }, (_, index) => `${"a".repeat(60)}${index}`);
  const large = model({ resources: names.map(destroyed) });
  const parts = commentsOf(large).length;
  expect(parts).toBeGreaterThan(1);
  await say(large);
  expect(server.comments).toHaveLength(parts);
  for (const { body } of server.comments) expect(body.length).toBeLessThanOrEqual(65_536);
  await say(changed);
  expect(server.comments.map(({ body }) => body)).toEqual([expect.stringContaining("1 destroyed")]);
});

test("fails with GitHub's error text, and never shows the token", async () => {
  process.env.GITHUB_TOKEN = "wr0ng-secret";
  const failure = await say(changed).catch((error: Error) => error.message);
  expect(failure).toContain("GitHub: GET issues/7/comments?per_page=100&page=1 answered 401");
  expect(failure).not.toContain("wr0ng-secret");
});

test("names what is missing: the token, the number or the model", async () => {
  await expect(comment("dev", "x", { pull: "7; id" })).rejects.toThrow("expected the number of a pull request");
  await expect(comment("dev", join(scratch, "none.json"), { pull: "7" })).rejects.toThrow("cannot be read");
  const path = join(scratch, "old.json");
  writeFileSync(path, JSON.stringify([{ ...changed, version: 0 }]));
  await expect(comment("dev", path, { pull: "7" })).rejects.toThrow(`got no change model of version ${MODEL_VERSION}`);
  writeFileSync(path, JSON.stringify([changed]));
  await expect(comment("prod", path, { pull: "7" })).rejects.toThrow("has no model of prod");
  expect(() => GitHub.ofJob({ GITHUB_REPOSITORY: "acme/storefront" })).toThrow("no GITHUB_TOKEN");
});

test("drift opens one issue for all environments, which is updated in place and closed when all are in sync", async () => {
  server.issues = [server.post("<!-- front-door drift -->\nof mine", "mallory"), server.post("else")];
  const github = GitHub.ofJob();
  expect(await updateDriftIssue(github, [drifted("dev"), model({ environment: "prod" })])).toContain("opened issue 3");
  expect(server.issues.at(-1)).toMatchObject({
    title: "Drift in dev",
    body: expect.stringContaining("role.orders</code>"),
  });
  expect(await updateDriftIssue(github, [drifted("dev")])).toContain("is up to date");
  expect(await updateDriftIssue(github, [drifted("dev"), drifted("prod")])).toContain("wrote issue 3");
  expect(server.issues.at(-1)?.title).toBe("Drift in dev, prod");
  expect(await updateDriftIssue(github, [model()])).toBe("in sync: closed issue 3");
  expect(server.issues.map(({ state }) => state)).toEqual(["open", "open", "closed"]);
  expect(await updateDriftIssue(github, [model()])).toBe("in sync, and no drift issue is open");
});

test("an issue fits drift of any size, and the files of all environments are read", async () => {
  const many = Array.from({ length: 900 }, (_, index) => destroyed(`${"a".repeat(100)}${index}`));
  const files = ["dev", "prod"].map((environment) => {
    const path = join(scratch, `${environment}.json`);
    writeFileSync(path, JSON.stringify([model({ environment, drift: many })]));
    return path;
  });
  await driftIssue(files, { run: "https://github.com/acme/storefront/actions/runs/1" });
  const body = server.issues[0]?.body ?? "";
  expect(body.length).toBeLessThanOrEqual(65_536);
  const headings = body.match(/^### \w+, [\w ]+: /gm);
  expect(headings).toEqual([
    "### dev, changed outside Terraform: ",
    "### dev, with the next deploy: ",
    "### prod, changed outside Terraform: ",
    "### prod, with the next deploy: ",
  ]);
});
