import { policyCallers, routesOpenTo } from "../../contract/policy-callers";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import type { Client } from "../../intent/model/client-intent";
import type { Intent } from "../../intent/model/intent";
import { SAFE_METHODS } from "../../intent/model/methods";
import { resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, type Finding, type StackJson, unless } from "./rule";

/**
 * The authorizer's policy gives an agent no write access, unless config grants it with a reason. An agent's tokens live
 * no longer than allowed.
 */
export const agentsOnlyRead: BuiltInRule<Pick<Intent, "clients"> & { readonly policy: AuthorizerPolicy }> = {
  id: "agents-only-read",
  promise:
    "The scopes of an agent open GET and HEAD routes only, unless `allowWrites` is set, and its tokens are short-lived.",
  findings(stack, { clients, policy }) {
    const agents = clients.filter(({ kind }) => kind === "agent");
    return agents.flatMap((agent) => [...grantFindings(agent, policy), ...lifeFindings(stack, agent)]);
  },
};

function grantFindings(agent: Client, policy: AuthorizerPolicy): readonly Finding[] {
  const address = `clients.${agent.id}`;
  const id = agent.grant === "external" ? (agent.subject ?? agent.id) : agent.id;
  const given = policyCallers(policy).filter((caller) => caller.issuer.id === agent.issuer && caller.id === id);
  return given.flatMap((caller) => {
    if (caller.kind !== "agent")
      return [{ address, message: "is not an agent in the functions' policy: expected kind agent" }];
    if (agent.allowWrites && agent.allowWritesReason !== undefined) return [];
    const writes = routesOpenTo(caller, policy).filter((key) => !SAFE_METHODS.includes(key.split(" ")[0] ?? ""));
    return writes.map((key) => ({
      address,
      message: `opens ${key}: expected only GET and HEAD, or allowWrites with a reason`,
    }));
  });
}

function lifeFindings(stack: StackJson, agent: Client): readonly Finding[] {
  if (agent.grant === "external") return [];
  return resourcesOf(stack, "aws_cognito_user_pool_client")
    .filter(({ attributes }) => attributes.name === agent.name)
    .flatMap(({ address, attributes: { access_token_validity: life, token_validity_units: units } }) => {
      const [unit] = [units].flat() as { access_token?: unknown }[];
      const isShort = unit?.access_token === "minutes" && Number(life) <= AGENT_TOKEN_MINUTES;
      return unless(isShort, address, `lets an agent's token live longer than ${AGENT_TOKEN_MINUTES} minutes`);
    });
}

/** Longest life of an agent's access token. */
const AGENT_TOKEN_MINUTES = 15;
