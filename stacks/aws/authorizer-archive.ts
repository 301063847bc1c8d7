import type { Construct } from "constructs";
import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import { FunctionArchive } from "./function-archive";

export interface AuthorizerArchiveProps {
  /** Folder with the bundled function, `authorizer.mjs`; the archive is laid there too, in the environment's folder. */
  readonly buildFolder: string;
  readonly environment: string;
  readonly policy: AuthorizerPolicy;
}

/** The zip that both authorizer functions run: the bundle and the policy it decides by. */
export class AuthorizerArchive extends FunctionArchive {
  constructor(scope: Construct, id: string, { policy, ...props }: AuthorizerArchiveProps) {
    super(scope, id, { ...props, name: "authorizer", files: { [POLICY_FILE]: policyText(policy) } });
  }
}

/** The policy as it is zipped and committed: two spaces, keys in the order in which the policy was built. */
export function policyText(policy: AuthorizerPolicy): string {
  return `${JSON.stringify(policy, null, 2)}\n`;
}
