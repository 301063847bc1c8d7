import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/places";

test("the first deploy names the deploy identity that a bootstrap has by default", () => {
  const page = (name: string) => readFileSync(join(ROOT, "docs", name), "utf8");
  const [, section = ""] = page("reference/optional-files.md").split('<a id="bootstrap.identities.deploy"></a>');
  const [, deploy] = /default: `(.+)`/.exec(section) ?? [];
  const named = page("start/first-deploy.md").matchAll(/role\/([\w-]+) --|serviceAccount:([\w-]+)@|ACCOUNT=([\w-]+)@/g);
  expect([...named].map(([, ...names]) => names.find(Boolean))).toEqual([deploy, deploy, deploy]);
});
