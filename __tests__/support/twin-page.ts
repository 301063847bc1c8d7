import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Intent } from "../../intent/model/intent";
import type { ProjectCopy } from "./command";
import { intentsOf } from "./config-folder";
import { ROOT } from "./places";
import { SHOP_CONFIG } from "./shop";

/** The files that docs/how-to/two-regions.md prints, by their names in config/. */
function printed(): ReadonlyMap<string, string> {
  const page = readFileSync(join(ROOT, "docs/how-to/two-regions.md"), "utf8");
  const blocks = page.matchAll(/```yaml\n# config\/(\S+)\n([\s\S]*?)```/g);
  return new Map([...blocks].map(([, file = "", text = ""]) => [file, text]));
}

/** What the page makes of a config: `prod` has a twin, and the pipeline deploys it. */
function withTwin(textOf: (file: string) => string): Readonly<Record<string, string>> {
  const page = printed();
  const entry = (page.get("bootstrap.yaml") ?? "").replace("environments:\n", "");
  return {
    "prod-us.yaml": page.get("prod-us.yaml") ?? "",
    "prod.yaml": textOf("prod.yaml").replace(/zoneId: \w+/, "$&, failover: primary"),
    "bootstrap.yaml": `${textOf("bootstrap.yaml").trimEnd()}\n${entry}`,
  };
}

export function writeTwin(project: ProjectCopy): void {
  const files = withTwin((file) => readFileSync(project.path(`config/${file}`), "utf8"));
  for (const [file, text] of Object.entries(files)) writeFileSync(project.path(`config/${file}`), text);
}

/** The shop's `prod` and its twin. */
export function shopTwins(): readonly Intent[] {
  const textOf = (file: string) => readFileSync(join(SHOP_CONFIG, file), "utf8");
  const shop = readdirSync(SHOP_CONFIG).filter((file) => file.endsWith(".yaml"));
  const files = { ...Object.fromEntries(shop.map((file) => [file, textOf(file)])), ...withTwin(textOf) };
  return intentsOf(files).filter(({ environment }) => environment.startsWith("prod"));
}
