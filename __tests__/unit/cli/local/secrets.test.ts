import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSecrets, readVariables, secretsFile, variablesFile } from "../../../../cli/local/door";
import { ROOT } from "../../../../cli/process/project";

const ENVIRONMENT = `test-${process.pid}`;
const file = join(ROOT, secretsFile(ENVIRONMENT));
afterEach(() => rmSync(file, { force: true }));

function write(text: string): void {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

test("reads one value per line, by the secret's id, and skips comments and empty lines", () => {
  write("# mine\n\nshop-dev-db=postgres://a=b#c\r\nshop-dev-empty=\n");
  expect(readSecrets(ENVIRONMENT)).toEqual(
    new Map(Object.entries({ "shop-dev-db": "postgres://a=b#c", "shop-dev-empty": "" })),
  );
});

test("without a file there are no values", () => {
  expect(readSecrets(ENVIRONMENT).size).toBe(0);
});

test("reports a malformed line by its number, without showing it", () => {
  write("shop-dev-db=1\nhunter2\n");
  const error = (() => {
    try {
      return String(readSecrets(ENVIRONMENT));
    } catch (thrown) {
      return (thrown as Error).message;
    }
  })();
  expect(error).toContain(`secrets.${ENVIRONMENT}.env:2  expected <id of the secret>=<value>`);
  expect(error).not.toContain("hunter2");
});

test("variables of this machine are read by service, and a line without a service is reported by its number", () => {
  const own = join(ROOT, variablesFile(ENVIRONMENT));
  mkdirSync(join(own, ".."), { recursive: true });
  try {
    writeFileSync(own, "# mine\norders.AWS_ENDPOINT_URL=http://127.0.0.1:8000\norders.TABLE=a=b\nprice-list.LEVEL=\n");
    expect(Object.fromEntries(readVariables(ENVIRONMENT))).toEqual({
      orders: { AWS_ENDPOINT_URL: "http://127.0.0.1:8000", TABLE: "a=b" },
      "price-list": { LEVEL: "" },
    });
    writeFileSync(own, "KEY=hunter2\n");
    expect(() => readVariables(ENVIRONMENT)).toThrow(
      /services\.[\w-]+\.env:1 {2}expected <service>\.<variable>=<value>$/m,
    );
  } finally {
    rmSync(own);
  }
});
