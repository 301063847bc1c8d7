import type { Construct } from "constructs";
import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import { FunctionArchive } from "./function-archive";

export interface AuthorizerArchiveProps {
  /**
   * Folder with the bundled function, `authorizer.mjs`. The archive is written there too, in the environment's folder.
   */
  readonly buildFolder: string;
  readonly environment: string;
  readonly policy: AuthorizerPolicy;
}

/** The zip that both authorizer functions run: the bundle and its policy. */
export class AuthorizerArchive extends FunctionArchive {
  constructor(scope: Construct, id: string, { policy, ...props }: AuthorizerArchiveProps) {
    super(scope, id, { ...props, name: "authorizer", files: { [POLICY_FILE]: policyText(policy) } });
  }
}

/** The policy text as zipped and committed: indented by two spaces, keys in the order in which the policy was built. */
export function policyText(policy: AuthorizerPolicy): string {
  return `${JSON.stringify(policy, null, 2)}\n`;
}
