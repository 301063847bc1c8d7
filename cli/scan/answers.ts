import { PROBE } from "./copies";
import type { Finding } from "./scanners";

/** Rules that have an answer, and the result for the findings. */
export interface Verdict {
  /** One line each: what must be fixed or answered. */
  readonly faults: readonly string[];
  /** Number of findings that have an answer. */
  readonly answered: number;
}

/** Rules that a table answers, from the first cell of each row: `CKV_AWS_18, AWS-0089`. */
export function answeredRules(markdown: string): readonly string[] {
  const cells = [...markdown.matchAll(/^\| ((?:[A-Z0-9_]+(?:-\d+)?(?:, )?)+) \|/gm)].map(([, cell = ""]) => cell);
  return cells.flatMap((cell) => cell.split(", ")).filter((rule) => /\d/.test(rule));
}

/**
 * Every finding must be fixed, or its rule answered. An answer without a finding could hide a later finding. A scanner
 * that does not report the probe in a stack has not read that stack.
 */
export function verdictOn(
  scanner: string,
  findings: readonly Finding[],
  stacks: readonly string[],
  answers: readonly string[],
): Verdict {
  const [probes, own] = [findings.filter(isProbe), findings.filter((finding) => !isProbe(finding))];
  const open = new Map<string, Finding[]>();
  for (const finding of own.filter(({ rule }) => !answers.includes(rule))) {
    open.set(finding.rule, [...(open.get(finding.rule) ?? []), finding]);
  }
  const unseen = stacks.filter((stack) => !probes.some((finding) => finding.stack === stack));
  return {
    answered: own.length - [...open.values()].flat().length,
    faults: [
      ...unseen.map((stack) => `${scanner} has not read the stack ${stack}: it does not report the probe in it`),
      ...[...open].map(([rule, found]) => `${scanner}: ${rule} (${found[0]?.title}) on ${where(found)}`),
    ],
  };
}

/** Answers to rules that neither scanner reports any more. */
export function staleAnswers(findings: readonly Finding[], answers: readonly string[]): readonly string[] {
  const asked = new Set(findings.filter((finding) => !isProbe(finding)).map(({ rule }) => rule));
  return answers.filter((rule) => !asked.has(rule)).map((rule) => `${rule} is answered, but no scanner reports it`);
}

function isProbe({ resource }: Finding): boolean {
  return resource.split(".").includes(PROBE);
}

function where(findings: readonly Finding[]): string {
  const places = [...new Set(findings.map(({ stack, resource }) => `${stack}: ${resource}`))];
  return places.length <= 3 ? places.join(", ") : `${places.slice(0, 3).join(", ")} and ${places.length - 3} more`;
}
