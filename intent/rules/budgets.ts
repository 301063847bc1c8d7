import type { Draft } from "../derived/draft";
import type { Rule } from "../derived/rule";
import { configuredCaller } from "../derived/usage-plans";
import {
  ATTRIBUTE_CONDITION_CHARACTERS,
  COGNITO_CLIENT_ID_CHARACTERS,
  COGNITO_POOL_ID_CHARACTERS,
  FUNCTION_ENVIRONMENT_BYTES,
  PROJECT_NUMBER_DIGITS,
  SECRET_POLICY_CHARACTERS,
} from "../model/limits";
import {
  assumedRoleArn,
  attributeCondition,
  clientVariable,
  FEDERATION_PROVIDER_ID,
  FEDERATION_VARIABLE,
  issuerVariable,
  namedAs,
  poolId,
  prefix,
  REVOKED_VARIABLE,
  serviceName,
} from "../model/names";

/**
 * The federation's condition lists every service's role by name, so its maximum length limits the number of services.
 */
export const attributeConditionFits: Rule = (draft, report) => {
  const { name, environment, services } = draft;
  const { account } = draft.aws;
  const names = [...services].map(([id, service]) => serviceName(prefix(name, environment), namedAs(id, service)));
  const condition = attributeCondition(names.map((role) => assumedRoleArn(account, role)));
  if (condition.length <= ATTRIBUTE_CONDITION_CHARACTERS) return;
  report(["services"], {
    got: `${services.size} services, whose roles make an attribute condition of ${condition.length} characters`,
    expected: `at most ${ATTRIBUTE_CONDITION_CHARACTERS} (Google's limit for a workload identity provider)`,
    remedy: "shorten the name or the services' names, or split the services over two environments",
  });
};

/** Values known only after an apply reach the functions as environment variables. Lambda allows 4 KB in total. */
export const functionEnvironmentFits: Rule = (draft, report) => {
  const variables = functionEnvironment(draft);
  // Measured as AWS stores them, as JSON: {"NAME":"value",…}.
  const bytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(variables)));
  if (bytes <= FUNCTION_ENVIRONMENT_BYTES) return;
  report(["clients"], {
    got: `${variables.length} function variables of about ${bytes} bytes, one for each Cognito client and issuer`,
    expected: `at most ${FUNCTION_ENVIRONMENT_BYTES} (AWS Lambda's limit for a function's environment)`,
    remedy: "merge clients, or move some to an oidc issuer, whose callers need no variable",
  });
};

/** Characters besides the ARNs: two statements, the secret's own ARN twice, and what an apply adds to each. */
const SECRET_POLICY_REST = 800;

/** In the policy of a client's secret, each reader appears twice, and each other exempt principal once. */
export const readersFit: Rule = ({ aws, clients }, report) => {
  for (const [id, client] of clients) {
    if (client.grant !== "client_credentials") continue;
    const length = (arns: readonly string[] = []) => arns.reduce((sum, arn) => sum + arn.length + 3, 0);
    const { readers = [] } = client;
    const characters = SECRET_POLICY_REST + 2 * length(readers) + length(aws.deployers);
    if (characters <= SECRET_POLICY_CHARACTERS) continue;
    report(["clients", id, "readers"], {
      got: `${readers.length} readers, whose ARNs make a policy of ${characters} characters`,
      expected: `at most ${SECRET_POLICY_CHARACTERS} (AWS Secrets Manager's limit for a secret's policy)`,
      remedy: "name one role that all of them may assume",
    });
  }
};

/** Each variable with the longest value that an apply may set. */
function functionEnvironment(draft: Draft): [string, string][] {
  const { name, environment, aws, federation, issuers, clients } = draft;
  const pool = poolId(prefix(name, environment), federation.generation);
  const provider = `projects/${"0".repeat(PROJECT_NUMBER_DIGITS)}/locations/global/workloadIdentityPools/${pool}/providers/${FEDERATION_PROVIDER_ID}`;
  const issuer = `https://cognito-idp.${aws.region}.amazonaws.com/${"0".repeat(COGNITO_POOL_ID_CHARACTERS)}`;
  const pools = [...issuers].filter(([, config]) => config.kind === "cognito");
  const disabled = [...clients].flatMap(([id, config]) => (config.disabled ? [configuredCaller(id, config)] : []));
  const apps = [...clients].filter(([, config]) => config.grant !== "external");
  return [
    [FEDERATION_VARIABLE, provider],
    ...pools.map(([id]): [string, string] => [issuerVariable(id), issuer]),
    ...apps.map(([id]): [string, string] => [clientVariable(id), "0".repeat(COGNITO_CLIENT_ID_CHARACTERS)]),
    ...(disabled.length > 0 ? [[REVOKED_VARIABLE, JSON.stringify(disabled)] as [string, string]] : []),
  ];
}
