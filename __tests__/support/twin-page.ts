import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProjectCopy } from "./command";
import { ROOT } from "./places";

/** Gives the project's `prod` the twin that docs/how-to/two-regions.md prints, with its entry in bootstrap.yaml. */
export function writeTwin(project: ProjectCopy): void {
  const page = readFileSync(join(ROOT, "docs/how-to/two-regions.md"), "utf8");
  const printed = new Map(
    [...page.matchAll(/```yaml\n# (config\/\S+)\n([\s\S]*?)```/g)].map(([, file = "", text = ""]) => [file, text]),
  );
  const changed = (file: string, change: (text: string) => string) => {
    const path = project.path(file);
    writeFileSync(path, change(readFileSync(path, "utf8")));
  };
  writeFileSync(project.path("config/prod-us.yaml"), printed.get("config/prod-us.yaml") ?? "");
  changed("config/prod.yaml", (text) => text.replace(/zoneId: \w+/, "$&, failover: primary"));
  const entry = (printed.get("config/bootstrap.yaml") ?? "").replace("environments:\n", "");
  changed("config/bootstrap.yaml", (text) => `${text.trimEnd()}\n${entry}`);
}
