import { projectError } from "../process/command-error";
import type { AwsCli } from "./aws-cli";

/** An alias through which API Gateway calls the function. It is there while Lambda keeps instances started. */
export interface Alias {
  readonly name: string;
  /** Version that decides the calls. */
  readonly version: string;
  /** Revision of the alias when it was read. Every move changes it. */
  readonly revision: string;
}

/**
 * The function's aliases. AWS is asked, because the committed files may be newer or older than what is deployed. A call
 * through an alias does not notice a change of the function until the alias moves.
 */
export function aliasesOf(aws: AwsCli, functionName: string): readonly Alias[] {
  const { Aliases = [] } = aws.call("lambda", "list-aliases", "--function-name", functionName);
  return (Aliases as readonly Record<"Name" | "FunctionVersion" | "RevisionId", string>[]).map((alias) => ({
    name: alias.Name,
    version: alias.FunctionVersion,
    revision: alias.RevisionId,
  }));
}

/**
 * Publishes the function as it is now, and makes an alias call that version with all of its calls. A published version
 * cannot be changed, so it has the list of callers that it was published with. If nothing has changed since the last
 * version, AWS returns that one, so the command can be repeated.
 *
 * AWS refuses the move if the alias has moved since it was read. Another revocation may have published a later version
 * meanwhile, whose list has one name more.
 */
export function moveToNow(aws: AwsCli, functionName: string, alias: Alias): void {
  const of = ["--function-name", functionName];
  const { Version: version } = aws.call("lambda", "publish-version", ...of);
  aws.wait("lambda", "wait", "published-version-active", ...of, "--qualifier", version);
  const target = [...of, "--name", alias.name];
  const all = ["--routing-config", JSON.stringify({ AdditionalVersionWeights: {} })];
  aws.call("lambda", "update-alias", ...target, "--revision-id", alias.revision, "--function-version", version, ...all);
  const { FunctionVersion, RoutingConfig } = aws.call("lambda", "get-alias", ...target);
  const others = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {});
  if (FunctionVersion === version && others.length === 0) return;
  const found = [...new Set([FunctionVersion, ...others])].filter((each) => each !== version).join(" and ");
  throw projectError(
    `function ${functionName}: its alias ${alias.name} still calls version ${found}, expected ${version} only`,
    "if provisioned concurrency was configured for the alias, Lambda does that until new instances are started",
  );
}
