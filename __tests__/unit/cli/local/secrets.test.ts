import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSecrets, secretsFile } from "../../../../cli/local/door";
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
