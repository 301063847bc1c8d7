import { type Attributes, listOf, type Resource, referred, resourcesOf, type StackJson } from "./stack-json";

/**
 * Scopes that a token of this app client can carry: those that it is allowed and that a resource server of its pool
 * offers.
 */
export function issuableScopes(stack: StackJson, client: Resource): readonly string[] {
  const pool = referred(stack, client.attributes.user_pool_id)?.address;
  const offered = resourcesOf(stack, "aws_cognito_resource_server")
    .filter(({ attributes }) => referred(stack, attributes.user_pool_id)?.address === pool)
    .flatMap(({ attributes }) =>
      [attributes.scope ?? []].flat().map(({ scope_name }: Attributes) => `${attributes.identifier}/${scope_name}`),
    );
  return listOf(client.attributes.allowed_oauth_scopes).filter((scope) => offered.includes(scope));
}
