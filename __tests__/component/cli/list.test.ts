import { readFileSync, writeFileSync } from "node:fs";
import type { DeclaredSecret } from "../../../cli/list/declared-secret";
import { declaredSecrets, declaredServices } from "../../../cli/list/list";
import { ProjectCopy } from "../../support/command";
import { intentOf } from "../../support/shop";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

test("prints each service, and each secret with the place of its declaration, without any cloud's tool", () => {
  const { code, out, error } = project.run(["list", "prod"], { PATH: "" });
  expect([code, error]).toEqual([0, ""]);
  const lines = readFileSync(project.path("config/prod.yaml"), "utf8").split("\n");
  const pinned = lines.findIndex((line) => /DATABASE_URL/.test(line)) + 1;
  expect(out).toMatch(/^prod: \d+ services, \d released by their own pipelines; no cloud was called\n\n/);
  expect(out).toMatch(/\n\nprod: \d+ secrets, as config declares them; no cloud was called\n\n/);
  expect(out).toContain(`.DATABASE_URL.version in config/prod.yaml:${pinned} from `);
  expect(out).toMatch(
    /^ {4}new value {3}gcloud secrets versions add storefront-prod-\S+ --project=\S+ --data-file=-$/m,
  );
});

test("prints the same as JSON", () => {
  const { code, out } = project.run(["list", "dev", "--format", "json"]);
  expect(code).toBe(0);
  const { environment, services, secrets } = JSON.parse(out);
  expect([environment, services]).toEqual(["dev", declaredServices(intentOf("dev"))]);
  const placeless = ({ declaredAt: _, afterwards: _a, ...rest }: DeclaredSecret) => rest;
  expect(secrets.map(placeless)).toEqual(declaredSecrets(intentOf("dev"), () => undefined).map(placeless));
});

test("refuses an unknown environment, an unknown format and a broken config", () => {
  expect(project.run(["list", "devv"])).toMatchObject({
    code: 64,
    error: expect.stringContaining('no environment is called "devv"; did you mean dev?'),
  });
  expect(project.run(["list", "dev", "--format", "xml"])).toMatchObject({
    code: 64,
    error: "--format xml: expected one of text, json\n",
  });
  const file = project.path("config/dev.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("recoveryDays: 7", "recoveryDays: 6"));
  expect(project.run(["list", "prod"])).toMatchObject({ code: 1, out: "" });
});
