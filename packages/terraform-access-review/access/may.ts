import type { Condition } from "../terraform-json/iam-statements";
import {
  type Attributes,
  blocksOf,
  oncePerStack,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
  texts,
} from "../terraform-json/stack-json";
import { accountOf, awsGrants, ownArn, withoutPath } from "./aws-grants";
import { copiesOf } from "./copies";
import { accountWith, emailOf } from "./google-bindings";
import { googleGrants, keyOf, longName } from "./google-grants";
import { type Grant, heldBy, isExact, type Principal } from "./grant";
import { holds } from "./iam/conditions";
import { IamPolicyError, isAction, matches, overlap } from "./iam/pattern";
import { AWS_ACTIONS } from "./iam/permissions.json";
import { identitiesOf } from "./runs-as";
import { BEYOND_READING, unreadRows } from "./unread-rows";

/** What a principal might do. */
export type Target =
  /** Read the value of a secret of Google Secret Manager or AWS Secrets Manager. */
  | { readonly kind: "read-secret"; readonly resource: Resource }
  /** Invoke a Cloud Run service past the gateway. */
  | { readonly kind: "invoke"; readonly resource: Resource };

/** What is stated about grants that cannot be read here. */
export interface Stated {
  /** Permissions of roles, by the role's full name. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** Addresses of resources and modules that give access to no target. */
  readonly grantsNothing: readonly string[];
}

/** A principal that may do it, or that might. */
export interface Holder {
  readonly principal: Principal;
  /** `unknown` if a role, a policy or a resource on the way is not known. */
  readonly answer: "yes" | "unknown";
  /** The grants that lead there, the principal's own first. */
  readonly chain: readonly Step[];
}

export interface Step {
  readonly grant: Grant;
  /** The permission or action that counts; undefined if the role or policy is not known. */
  readonly by: string | undefined;
}

/**
 * All principals that may reach a target by the stack's grants: directly, as another identity that they can become, by the
 * code that runs as it, by changing who may, or from a copy of the value. Conditions of a grant do not count, so a
 * principal that a condition excludes is a holder, too.
 */
export function holdersOf(stack: StackJson, target: Target, stated?: Stated): readonly Holder[] {
  const grants = grantsOf(stack);
  const copies = target.kind === "read-secret" ? copiesOf(stack, target.resource) : [];
  const found: Holder[] = [
    ...copies.map((grant): Holder => {
      return { principal: grant.principal, answer: "unknown", chain: [{ grant, by: "holds" }] };
    }),
    ...unreadHolders(stack, target, stated),
  ];
  const asked = new Set<string>();
  const open: { readonly goal: Goal; readonly rest: readonly Step[]; readonly isSure: boolean }[] = [
    { goal: goalOf(stack, target), rest: [], isSure: true },
  ];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { goal, rest, isSure } = next;
    const key = `${goal.keys[0]} ${goal.permissions.join()} ${goal.actions.map(({ names }) => names).join()} ${isSure}`;
    if (asked.has(key)) continue;
    asked.add(key);
    for (const grant of grants) {
      const step = stepTo(goal, grant, grants, stated);
      if (step === undefined) continue;
      const chain = [step, ...rest];
      const sure = isSure && step.by !== undefined;
      found.push({ principal: grant.principal, answer: sure ? "yes" : "unknown", chain });
      for (const further of goalsOf(stack, grant.principal, target))
        open.push({ goal: further, rest: chain, isSure: sure });
    }
  }
  return shortest(found);
}

/** The principal that a resource of the stack is; undefined if code does not run as it. */
export function identityOf(stack: StackJson, resource: Resource): Principal | undefined {
  const { type, address } = resource;
  if (type === "google_service_account") return { kind: "service-account", id: emailOf(stack, resource) };
  if (type === "aws_iam_role") return { kind: "aws-role", id: ownArn(stack, resource) };
  if (type === "aws_lambda_function") return { kind: "function", id: address };
  return type === "google_cloud_run_v2_service" ? { kind: "service", id: address } : undefined;
}

/** One holder for each principal, by the surest and shortest way. */
function shortest(found: readonly Holder[]): readonly Holder[] {
  const known = new Map<string, Holder>();
  for (const holder of found) {
    const key = `${holder.principal.kind} ${holder.principal.id}`;
    const other = known.get(key);
    const isSurer = other?.answer === "unknown" && holder.answer === "yes";
    const isShorter = other?.answer === holder.answer && holder.chain.length < other.chain.length;
    if (other === undefined || isSurer || isShorter) known.set(key, holder);
  }
  return [...known.values()];
}

/** Types, of any provider, whose name says that they may grant something. */
const GRANTING =
  /(^|_)(access|acl|binding|credential|grant|iam|key|member|permission|policy|policies|role|share)s?(_|$)/;
/** Providers of HashiCorp whose resources make values and files. */
const WITHOUT_GRANTS = /^(archive|local|null|random|time|tls)_/;

/** Whether a type is of a provider whose types are known. Another source may give the same name to anything. */
function isOfKnownSource(stack: StackJson & Attributes, type: string): boolean {
  const [name = ""] = type.split("_", 1);
  const source = stack.terraform?.required_providers?.[name]?.source ?? `hashicorp/${name}`;
  return String(source).replace(/^(registry\.(terraform|opentofu)\.(io|org)\/)?hashicorp\//, "") === name;
}

/**
 * Resources that are not read and may grant access: a module, a type that can grant, a type of another provider, and any
 * that names the target. A table or a queue that is not read cannot open another object.
 */
function unreadHolders(stack: StackJson, { resource }: Target, stated: Stated | undefined): Holder[] {
  const names = (text: string) => text.includes(`${resource.address}.`);
  return unreadGrants(stack, stated, GRANTING, names).map((address): Holder => {
    const grant = heldBy({ kind: "unknown", id: address }, "holds", resource.address, { address, argument: "" });
    return { principal: grant.principal, answer: "unknown", chain: [{ grant, by: undefined }] };
  });
}

/** Types that are part of an API or of a function, without those of Lambda that have no argument for code or for a principal. */
const GATEWAY =
  /^aws_(api_gateway|apigatewayv2|lambda(?!_(capacity_provider|code_signing_config|event_source_mapping|function_(event_invoke|recursion)_config|invocation)$))_/;

/**
 * Addresses of resources that are not read and might open a route: a module, a part of an API or of a function, a type of
 * another provider, and any that names a part of an API or a function that an API uses.
 */
export function unreadOpeners(stack: StackJson, stated?: Stated): readonly string[] {
  const used = functionsOfApis(stack);
  return unreadGrants(
    stack,
    stated,
    GATEWAY,
    (text, type) =>
      /\baws_(api_gateway|apigatewayv2)_\w+\./.test(text) ||
      ((GATEWAY.test(type) || !type.startsWith("aws_lambda_")) && lambdasIn(text).some((address) => used.has(address))),
  );
}

/** Addresses of functions, and of their parts, that an API uses: directly, or by a local value or another part. */
function functionsOfApis(stack: StackJson & Attributes): ReadonlySet<string> {
  const apis = resourcesOf(stack, /^aws_(api_gateway|apigatewayv2)_/).map(({ attributes }) => attributes);
  const found = new Set<string>();
  const open: unknown[] = [...apis, stack.locals, stack.module];
  for (const each of open) {
    for (const address of texts(each).flatMap(lambdasIn)) {
      if (found.has(address)) continue;
      found.add(address);
      const [type = "", name = ""] = address.split(".");
      open.push(stack.resource[type]?.[name]);
    }
  }
  return found;
}

function lambdasIn(text: string): readonly string[] {
  return text.match(/\baws_lambda_\w+\.[\w-]+/g) ?? [];
}

function unreadGrants(
  stack: StackJson,
  stated: Stated | undefined,
  granting: RegExp,
  names: (text: string, type: string) => boolean,
): readonly string[] {
  const addresses = unreadRows(stack).map(({ from }) => from.address);
  return [...new Set(addresses)].filter((address) => {
    if (stated?.grantsNothing.includes(address)) return false;
    const [type = "", name = ""] = address.split(".");
    const isForeign = !/^(aws|google)_/.test(type) && !WITHOUT_GRANTS.test(type);
    const body = stack.resource[type]?.[name] ?? {};
    return (
      isForeign ||
      !isOfKnownSource(stack, type) ||
      granting.test(type) ||
      BEYOND_READING.some((argument) => argument in body) ||
      texts(body).some((text) => names(text, type))
    );
  });
}

/** Every grant that a stack declares, in both clouds. */
const grantsOf = oncePerStack((stack): readonly Grant[] => [
  ...googleGrants(stack),
  ...awsGrants(stack),
  ...codeOf(stack),
]);

/** Code that is read by itself. */
const READ = /^(aws_lambda_function|google_cloud_run_v2_service)$/;

/** Anything else that has an identity may run code with it. */
function codeOf(stack: StackJson): readonly Grant[] {
  return resourcesOf(stack, /./)
    .filter(({ type }) => !READ.test(type))
    .flatMap((resource) =>
      identitiesOf(stack, resource).map(([argument, text]) => {
        const { address } = resource;
        return heldBy({ kind: "unknown", id: address }, "runs-as", identityKey(stack, text), { address, argument });
      }),
    );
}

/** An identity as grants know it: a role by its ARN, an account by its address in the stack, any other as written. */
function identityKey(stack: StackJson, text: string): string {
  if (text.startsWith("arn:")) return withoutPath(text);
  const own =
    referred(stack, text) ??
    resourcesOf(stack, "aws_iam_role").find(({ attributes }) => attributes.name === text) ??
    resourcesOf(stack, "google_service_account").find(({ attributes }) => attributes.account_id === text);
  return own?.type === "aws_iam_role" ? ownArn(stack, own) : (own?.address ?? keyOf(stack, text));
}

/** An object, with the permissions and actions on it that suffice. */
interface Goal {
  /** Names under which grants know the object. */
  readonly keys: readonly string[];
  readonly permissions: readonly string[];
  readonly actions: readonly ActionsOn[];
  /** Whether running as the object is enough. */
  readonly isIdentity: boolean;
}

interface ActionsOn {
  readonly arns: readonly string[];
  readonly names: readonly string[];
}

/** Permissions to change the grants of a whole project. */
const EVERYWHERE = [
  "resourcemanager.projects.setIamPolicy",
  "resourcemanager.folders.setIamPolicy",
  "resourcemanager.organizations.setIamPolicy",
  "iam.roles.update",
];

/** Actions with which a principal gives itself further actions, or becomes another one. */
const ESCALATION = AWS_ACTIONS.filter((action) => /^(iam:(?!PassRole$)|sts:AssumeRoot$)/.test(action));

/** Objects of IAM that stand for every one of the account. */
const ANY_OF_IAM = ["group", "oidc-provider", "policy", "role", "saml-provider", "user"];

function goalOf(stack: StackJson, { kind, resource }: Target): Goal {
  if (kind === "invoke") {
    // A principal that may change a service may also switch its invoker check off.
    const permissions = ["run.routes.invoke", "run.services.setIamPolicy", "run.services.update", ...EVERYWHERE];
    return { keys: [resource.address, String(resource.attributes.name)], permissions, actions: [], isIdentity: false };
  }
  if (resource.type === "google_secret_manager_secret") {
    const permissions = ["secretmanager.versions.access", "secretmanager.secrets.setIamPolicy", ...EVERYWHERE];
    const keys = [resource.address, String(resource.attributes.secret_id)];
    return { keys, permissions, actions: [], isIdentity: false };
  }
  const pools = resourcesOf(stack, "aws_cognito_user_pool").map((pool) => ownArn(stack, pool));
  const arn = ownArn(stack, resource);
  const copies = blocksOf(resource.attributes.replica).map(({ region }) =>
    arn.replace(/[^:]*(?=:\d*:secret:)/, region),
  );
  const arns = [arn, ...copies];
  return {
    keys: [resource.address],
    permissions: [],
    actions: [
      {
        arns,
        names: [
          ...["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue"],
          ...["secretsmanager:PutResourcePolicy", "secretsmanager:DeleteResourcePolicy"],
        ],
      },
      // The pool tells a client's secret, and takes another one.
      { arns: pools, names: AWS_ACTIONS.filter((action) => action.startsWith("cognito-idp:")) },
      ...stateOf(stack),
      { arns: ANY_OF_IAM.map((kind) => `arn:aws:iam::${accountOf(stack)}:${kind}/any`), names: ESCALATION },
    ],
    isIdentity: false,
  };
}

/** The state holds the secrets of clients in clear. */
function stateOf(stack: StackJson): readonly ActionsOn[] {
  const { bucket, key } = backendOf(stack);
  if (bucket === undefined) return [];
  const whole = `arn:aws:s3:::${bucket}`;
  return [{ arns: [`${whole}/${key}`, whole], names: AWS_ACTIONS.filter((action) => action.startsWith("s3:")) }];
}

function backendOf(stack: StackJson): { readonly bucket?: string; readonly key?: string } {
  const { terraform } = stack as StackJson & {
    readonly terraform?: { readonly backend?: { readonly s3?: { readonly bucket: string; readonly key: string } } };
  };
  return terraform?.backend?.s3 ?? {};
}

/** The ways to become a role: each needs the trust of the role. */
const ASSUME: readonly string[] = ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"];

const RUNS_DECLARED: readonly string[] = ["apigateway.amazonaws.com", "lambda.amazonaws.com"];

const AS_ACCOUNT = [
  "iam.serviceAccounts.getAccessToken",
  "iam.serviceAccounts.implicitDelegation",
  "iam.serviceAccounts.signBlob",
  "iam.serviceAccounts.signJwt",
  "iam.serviceAccounts.actAs",
  "iam.serviceAccounts.setIamPolicy",
  "iam.serviceAccountKeys.create",
];
const POOLS = [
  "iam.googleapis.com/workloadIdentityPoolProviders.create",
  "iam.googleapis.com/workloadIdentityPoolProviders.update",
  "iam.googleapis.com/workloadIdentityPools.update",
];

/** How others become a principal, if this stack declares it or grants access to it. */
function goalsOf(stack: StackJson, principal: Principal, target: Target): readonly Goal[] {
  const { kind, id } = principal;
  if (kind === "service-account") {
    const own = accountWith(stack, id);
    const idToken = target.kind === "invoke" ? ["iam.serviceAccounts.getOpenIdToken"] : [];
    const permissions = [...AS_ACCOUNT, ...idToken, ...EVERYWHERE];
    return [{ keys: [...(own ? [own.address] : []), id], permissions, actions: [], isIdentity: true }];
  }
  if (kind === "aws-role") {
    const arns = [id];
    const actions = [
      { arns, names: ["iam:PassRole", "iam:UpdateAssumeRolePolicy"] },
      { arns, names: ASSUME },
    ];
    // Google takes the role's word for its name, so any principal that may change the pool becomes it there.
    return [{ keys: [id], permissions: POOLS, actions, isIdentity: true }];
  }
  if (kind === "federated" || kind === "federated-set") {
    return [{ keys: [], permissions: POOLS, actions: [], isIdentity: false }];
  }
  if (kind === "function") {
    const [type = "", name = ""] = id.split(".");
    const code = resourcesOf(stack, type).find((each) => each.name === name);
    if (code === undefined) return [];
    const names = ["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"];
    return [{ keys: [id], permissions: [], actions: [{ arns: [ownArn(stack, code)], names }], isIdentity: false }];
  }
  if (kind === "service") {
    const [type = "", name = ""] = id.split(".");
    const code = resourcesOf(stack, type).find((each) => each.name === name);
    const permissions = ["run.services.update", ...EVERYWHERE];
    return [{ keys: [id, String(code?.attributes.name)], permissions, actions: [], isIdentity: false }];
  }
  return [];
}

/** What a grant contributes to a goal; undefined: nothing. */
function stepTo(goal: Goal, grant: Grant, grants: readonly Grant[], stated: Stated | undefined): Step | undefined {
  const { action, scope, effect, principal } = grant;
  if (effect === "deny") return undefined;
  // These services act for functions and APIs of this stack, whose roles are read. Another one may run any code.
  const isTrust = action.kind === "actions" && scope.kind === "one";
  if (principal.kind === "aws-service" && isTrust && RUNS_DECLARED.includes(principal.id)) return undefined;
  const isOnIt = scope.kind === "all" || (scope.kind === "one" && goal.keys.some((key) => isKey(scope.key, key)));
  switch (action.kind) {
    case "runs-as":
    case "holds": {
      const isStated = principal.kind === "unknown" && stated?.grantsNothing.includes(grant.from.address);
      return isOnIt && scope.kind === "one" && goal.isIdentity && !isStated ? { grant, by: action.kind } : undefined;
    }
    case "role": {
      if (!isOnIt || goal.permissions.length === 0) return undefined;
      const permissions = stated?.roles[action.role]?.map(longName) ?? action.permissions;
      if (permissions === undefined) return { grant, by: undefined };
      const by = goal.permissions.find((permission) => permissions.includes(permission));
      return by === undefined ? undefined : { grant, by };
    }
    case "policy": {
      const names = goal.actions.flatMap((each) => each.names);
      if (names.length === 0) return undefined;
      if (action.actions === undefined) return { grant, by: undefined };
      const by = names.find((name) => action.actions?.includes(name) && !ASSUME.includes(name));
      return by === undefined ? undefined : { grant, by };
    }
    case "actions":
      return actionStep(goal, grant, grants);
  }
}

function actionStep(goal: Goal, grant: Grant, grants: readonly Grant[]): Step | undefined {
  const { scope } = grant;
  // A trust policy.
  if (scope.kind === "one") {
    if (!goal.isIdentity || !goal.keys.includes(scope.key)) return undefined;
    const by = ASSUME.find((name) => covers(grant, name));
    return by === undefined ? undefined : { grant, by };
  }
  for (const { arns, names } of goal.actions) {
    for (const name of names) {
      // Without the role's trust, its holder cannot assume it.
      if (ASSUME.includes(name) || !covers(grant, name)) continue;
      const on = arns.filter((arn) => isCovered(grant, arn));
      if (on.length > 0 && !isDenied(grant, name, on[0] ?? "", grants)) return { grant, by: name };
    }
  }
  return undefined;
}

/** Names of one object, in a project or not. */
function isKey(written: string, key: string): boolean {
  // A text with a reference that is not resolved may be any name.
  return written === key || written.includes("${");
}

function covers({ action }: Grant, name: string): boolean {
  return action.kind === "actions" && isAction(action, name);
}

/** Whether a statement may apply to a resource. */
function isCovered({ scope }: Grant, arn: string): boolean {
  if (scope.kind !== "arns") return true;
  if (scope.not) return !scope.patterns.some((pattern) => matches(pattern, arn));
  return scope.patterns.some((pattern) => pattern.includes("${") || overlap(pattern, anyOf(arn)));
}

/** The ARNs of which one is an example: AWS chooses the end of a secret's name and the id of a user pool. */
function anyOf(arn: string): string {
  return arn.replace(/-AAAAAA$/, "-??????").replace(/<[^>]*>$|(?<=\/)any$/, "*");
}

/** Whether a statement without doubt denies the action to the principal: to everyone, or to everyone but others. */
function isDenied({ principal }: Grant, name: string, arn: string, grants: readonly Grant[]): boolean {
  return grants.some(
    (other) =>
      other.effect === "deny" &&
      other.principal.kind === "anyone" &&
      covers(other, name) &&
      other.scope.kind === "arns" &&
      !other.scope.not &&
      other.scope.patterns.some((pattern) => matches(pattern, arn)) &&
      other.conditions.every((condition) => excludes(condition, principal)),
  );
}

/** Whether the condition of a denial holds for this principal without doubt. Roles are known without their path. */
function excludes({ operator, key, values }: Condition, principal: Principal): boolean {
  if (key !== "aws:PrincipalArn" || !/^(Arn|String)Not/.test(operator) || !isExact(principal)) return false;
  try {
    return holds({ operator, key, values: values.map(withoutPath) }, { [key]: principal.id });
  } catch (error) {
    if (error instanceof IamPolicyError) return false;
    throw error;
  }
}
