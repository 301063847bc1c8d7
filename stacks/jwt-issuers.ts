import type { Intent } from "../intent/model/intent";
import { clientVariable, issuerVariable } from "../intent/model/names";
import type { JwtIssuer } from "./aws/jwt-authorizers";

/** An audience that is not the id of any app client. Without any audience, API Gateway might not check it. */
const NO_CLIENT = "nobody"; // words: deployed environments have it.

/**
 * The issuers whose tokens API Gateway itself verifies, with the accepted audiences. For a user pool these are its
 * clients' ids.
 *
 * @param variables issuer URLs and app client ids of user pools, by variable
 */
export function jwtIssuers(
  { issuers, clients }: Pick<Intent, "issuers" | "clients">,
  variables: Readonly<Record<string, string>>,
): readonly JwtIssuer[] {
  return issuers.flatMap((issuer): JwtIssuer[] => {
    const { id } = issuer;
    if (issuer.kind === "cognito") {
      const own = clients.filter((client) => client.issuer === id && !client.disabled);
      return [
        {
          id,
          url: variables[issuerVariable(id)] as string,
          audiences:
            own.length === 0 ? [NO_CLIENT] : own.map((client) => variables[clientVariable(client.id)] as string),
          clientClaim: "client_id",
          scopeClaim: "scope",
        },
      ];
    }
    if (issuer.kind === "aws-iam" || issuer.grants === "subjects") return [];
    const { issuer: url, audiences, clientClaim, scopeClaim } = issuer;
    return [{ id, url, audiences, clientClaim, scopeClaim }];
  });
}
