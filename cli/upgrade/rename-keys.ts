import { isMap, isScalar, isSeq, parseDocument, type Scalar } from "yaml";
import { newNameOf } from "../../intent/schema/renamed";
import { RENAMED_RULES } from "../../stacks/policy/enforce";

/** A config key, or a policy rule in an allowance, that now has another name. */
export interface RenamedKey {
  /** Line number, from 1. */
  readonly line: number;
  readonly from: string;
  readonly to: string;
}

/**
 * The text of a config file with each older key, and each policy rule of an allowance, under its new name. Everything
 * else stays byte for byte: comments, order and spelling. Invalid YAML stays unchanged, because the config's own report
 * explains the error.
 */
export function withNewKeys(text: string): { readonly text: string; readonly renamed: readonly RenamedKey[] } {
  const document = parseDocument(text, { schema: "failsafe", prettyErrors: false });
  if (document.errors.length > 0) return { text, renamed: [] };
  const found = keysIn(document.contents, []);
  const renamed = found.map(({ start, from, to }) => ({ line: text.slice(0, start).split("\n").length, from, to }));
  // From the end, so that earlier positions stay correct.
  const rewritten = found.reduceRight((rest, { start, end, to }) => rest.slice(0, start) + to + rest.slice(end), text);
  return { text: rewritten, renamed };
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly from: string;
  readonly to: string;
}

function keysIn(node: unknown, path: readonly string[]): readonly Place[] {
  if (isSeq(node)) return node.items.flatMap((item) => (isMap(item) ? rulesIn(item.get("rule", true)) : []));
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    if (!isScalar(key)) return [];
    const here = [...path, String(key.value)];
    return [...placed(key, newNameOf(here)), ...keysIn(value, here)];
  });
}

/** Only allowances have lists of maps with a rule: those of `allowances.yaml`, and of `bootstrap.yaml`. */
function rulesIn(rule: unknown): readonly Place[] {
  return isScalar(rule) ? placed(rule, RENAMED_RULES.get(String(rule.value))) : [];
}

function placed({ value, range }: Scalar, to: string | undefined): readonly Place[] {
  const [start = 0, end = 0] = range ?? [];
  return to === undefined ? [] : [{ start, end, from: String(value), to }];
}
