import type { GuardChange } from "../model/change";
import { resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { shown } from "./guards";

/** For each kind of stage, the attribute with the variable that is part of the cache key. */
const VARIABLE = { aws_api_gateway_stage: "variables", aws_apigatewayv2_stage: "stage_variables" } as const;

/**
 * Stages whose cached results outlive a change of the policy. Their variable must be the start of the hash of the archive,
 * which contains code and policy. Any other value stays the same when these change, so that a caller that lost a scope
 * keeps it until the TTL ends.
 */
export function cachedResultChanges(before: StackJson, after: StackJson): readonly GuardChange[] {
  return Object.entries(VARIABLE).flatMap(([type, variable]) =>
    resourcesOf(after, type).flatMap(({ address, name, attributes }): readonly GuardChange[] => {
      const former = before.resource[type]?.[name];
      const [was, is]: unknown[] = [former, attributes].map((stage) => stage?.[variable]?.policy ?? undefined);
      const [didFit, fits] = [isOfCode(was, before), isOfCode(is, after)];
      if ((was ?? is) === undefined || hashes(after).length === 0 || didFit === fits) return [];
      if (fits && was === undefined) return [];
      const change = { address, guard: `${variable}.policy`, before: shown(was), after: shown(is) };
      return [{ effect: fits ? "narrowed" : "broadened", ...change }];
    }),
  );
}

function isOfCode(value: unknown, stack: StackJson): boolean {
  return hashes(stack).some((hash) => Buffer.from(hash, "base64").toString("hex").slice(0, 16) === value);
}

function hashes(stack: StackJson): readonly string[] {
  return resourcesOf(stack, "aws_lambda_function").map(({ attributes }) => String(attributes.source_code_hash));
}
