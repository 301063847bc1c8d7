import { ROOT } from "../cli/process/project";
import type { Verdict } from "../cli/verify/probes";
import type { RunRecord } from "./run-folder";

/** The most that a whole run can cost, in US dollars, at list prices. README.md has the parts. */
export const CEILING_DOLLARS = 42;

export type E2eReport = ReturnType<typeof reportOf>;

/** What a run found, without what identifies its accounts, so that it can be sent in. */
export function reportOf(record: RunRecord, now = new Date()) {
  const { run, startedAt, versions, aws, google, operator, steps } = record;
  const findings = steps.flatMap(({ environment, findings: found }) => found.map((each) => ({ environment, ...each })));
  const count = (kind: Verdict["kind"]) => findings.filter(({ verdict }) => verdict.kind === kind).length;
  const report = {
    run,
    startedAt,
    endedAt: now.toISOString(),
    versions,
    regions: { aws: aws.region, google: google.region },
    /** Whether the bootstrap's identities deployed, or those of the person. */
    identities: operator === undefined ? "own" : "bootstrapped",
    counts: { confirmed: count("confirmed"), refuted: count("refuted"), "could not tell": count("could not tell") },
    /** Steps that did not end. */
    failures: steps.flatMap(({ environment, step, failure, seconds }) => {
      const why = failure ?? (seconds === undefined ? "the run was stopped in this step" : undefined);
      return why === undefined ? [] : [{ environment, step, why }];
    }),
    durations: steps.map(({ environment, step, seconds }) => ({ environment, step, seconds })),
    findings,
    costs: { ceilingDollars: CEILING_DOLLARS },
  };
  return withoutAccounts(report, record);
}

/** Names of accounts, projects and people identify who ran it. No reader of the report needs them. */
function withoutAccounts<T>(report: T, record: RunRecord): T {
  const { aws, google, operator, image, nextImage, envoyImage } = record;
  const hidden: readonly (readonly [text: string | undefined, shown: string])[] = [
    [image, "(image)"],
    [nextImage, "(next image)"],
    [envoyImage, "(image of Envoy)"],
    [aws.role, "(role)"],
    [operator, "(operator)"],
    [ROOT, "(project)"],
    [aws.account, "(AWS account)"],
    [google.number, "(project number)"],
    [google.project, "(Google project)"],
  ];
  let text = JSON.stringify(report);
  for (const [found, shown] of hidden) {
    if (found) text = text.replaceAll(JSON.stringify(found).slice(1, -1), shown);
  }
  return JSON.parse(text.replaceAll(SESSION, "assumed-role/(session)").replaceAll(EMAIL, "(account)"));
}

/** A person's session of a role. Its name is often an e-mail address. */
const SESSION = /assumed-role\/[^\s"\\]+/g;

/** Messages of the clouds name the signed-in person. */
const EMAIL = /[\w.+-]+@[\w-]+(\.[\w-]+)+/g;
