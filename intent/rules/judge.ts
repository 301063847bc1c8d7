import { type Draft, draftOf } from "../derived/draft";
import type { Problem } from "../model/problem";
import type { BootstrapFile } from "../schema/bootstrap";
import type { EnvironmentConfig } from "../schema/read-config";
import { collapse, problemAt } from "../source/collapse";
import { type Finding, findingAt, placeOf } from "../source/finding";
import type { Located } from "../source/located";
import { crossRules, rules } from "./all";
import { bootstrapRules } from "./bootstrap";

interface Judged {
  readonly draft: Draft;
  readonly root: Located;
  readonly findings: Finding[];
}

/** All rule findings: in each environment, across environments, and in the bootstrap. */
export function judge(environments: readonly EnvironmentConfig[], bootstrap: BootstrapFile | undefined): Problem[] {
  const judged = environments.map(({ name, root, config }): Judged => {
    const draft = draftOf(name, config, root);
    const findings: Finding[] = [];
    for (const rule of rules) rule(draft, (path, verdict) => findings.push(findingAt(root, path, verdict)));
    return { draft, root, findings };
  });
  judgeTogether(judged);
  const drafts = judged.map(({ draft }) => draft);
  return [
    ...collapse(judged.map(({ draft, findings }) => ({ environment: draft.environment, findings }))),
    ...(bootstrap ? judgeBootstrap(bootstrap, drafts) : []),
  ];
}

function judgeTogether(judged: readonly Judged[]): void {
  for (const rule of crossRules) {
    const clashing = new Map<string, string>();
    rule(
      judged.map(({ draft }) => draft),
      (name, path, verdict) => {
        const found = judged.find(({ draft }) => draft.environment === name);
        if (found === undefined) return;
        const finding = findingAt(found.root, path, verdict);
        // If one line of the base file makes two environments clash, it is reported once.
        const said = clashing.get(placeOf(finding)) ?? finding.message;
        clashing.set(placeOf(finding), said);
        if (said === finding.message) found.findings.push(finding);
      },
    );
  }
}

function judgeBootstrap({ tree, config }: BootstrapFile, drafts: readonly Draft[]): Problem[] {
  const findings: Finding[] = [];
  for (const rule of bootstrapRules) {
    rule(config, drafts, (path, verdict) => findings.push(findingAt(tree, path, verdict)));
  }
  return findings.map((finding) => problemAt(finding.origin, finding));
}
