/** One statement of AWS's policy language, with the principal and the resource that its place gives it. */
export interface Statement {
  /** Where it is stated: an address with a number, or a line of the ledger. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal: "*" | Readonly<Record<string, readonly string[]>>;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Trust policies apart from all others: to assume a role takes a permission of both in another account. */
export interface Statements {
  readonly trust: readonly Statement[];
  readonly other: readonly Statement[];
}

// biome-ignore lint/suspicious/noExplicitAny: the stack as plain data
type Json = any;

/**
 * What the ledger calls a resource, by type: a word and the attribute with its name. The ARN starts with the third text. It is
 * made up where AWS assigns an id, so that documents and lines name the same resource alike.
 */
const NAMES: Readonly<Record<string, readonly [word: string, attribute: string, arn: string]>> = {
  aws_api_gateway_rest_api: ["REST API", "name", "arn:aws:execute-api:REGION:ACCOUNT:rest-"],
  aws_apigatewayv2_api: ["API", "name", "arn:aws:execute-api:REGION:ACCOUNT:http-"],
  aws_cloudwatch_log_group: ["log group", "name", "arn:aws:logs:REGION:ACCOUNT:log-group:"],
  aws_cognito_user_pool: ["user pool", "name", "arn:aws:cognito-idp:REGION:ACCOUNT:userpool/"],
  aws_iam_openid_connect_provider: ["identity provider", "url", "arn:aws:iam::ACCOUNT:oidc-provider/"],
  aws_iam_role: ["role", "name", "arn:aws:iam::ACCOUNT:role/"],
  aws_lambda_function: ["function", "function_name", "arn:aws:lambda:REGION:ACCOUNT:function:"],
  aws_s3_bucket: ["bucket", "bucket", "arn:aws:s3:::"],
  aws_secretsmanager_secret: ["AWS secret", "name", "arn:aws:secretsmanager:REGION:ACCOUNT:secret:"],
};

const listOf = (value: unknown): readonly string[] => (value === undefined ? [] : [value].flat().map(String));

function arnStart(stack: Json, arn: string): string {
  const [{ region, allowed_account_ids: accounts }] = stack.provider.aws;
  return arn.replace("REGION", region).replace("ACCOUNT", accounts[0]);
}

/** All statements of the policies in `main.tf.json`, with ARNs in place of references. */
export function declared(stack: Json): Statements {
  const found: { trust: Statement[]; other: Statement[] } = { trust: [], other: [] };
  const resolved = (text: unknown): string => {
    const done = String(text).replace(/\$\{(\w+)\.(\w+)\.\w+\}/g, (_, type: string, name: string) => {
      const [, attribute = "", arn = ""] = NAMES[type] ?? [];
      const own = stack.resource[type][name];
      if (type === "aws_lambda_alias") return own.name;
      return arn === "" ? `${type}.${name}` : arnStart(stack, arn) + own[attribute].replace(/^https:\/\//, "");
    });
    if (done.includes("${")) throw new Error(`an unknown reference: ${done}`);
    return done;
  };
  const add = (into: Statement[], address: string, policy: string, given: Partial<Statement> = {}) => {
    for (const [index, each] of [JSON.parse(resolved(policy)).Statement].flat().entries()) {
      const { Sid: _, Effect, Principal, Condition, ...lists } = { ...each, ...given };
      const principal = Principal === "*" ? Principal : mapped(Principal, listOf);
      const condition = Condition && { Condition: mapped(Condition, (keys: Json) => mapped(keys, listOf)) };
      into.push({
        Sid: `${address}#${index}`,
        Effect,
        Principal: principal,
        ...mapped(lists, listOf),
        ...condition,
      } as Statement);
    }
  };
  for (const [type, named] of Object.entries<Json>(stack.resource))
    for (const [name, attributes] of Object.entries<Json>(named)) {
      const address = `${type}.${name}`;
      if (type === "aws_lambda_permission") found.other.push(permission(attributes, address, resolved));
      for (const [argument, policy] of Object.entries<Json>(attributes)) {
        if (!type.startsWith("aws_") || typeof policy !== "string" || !policy.includes('"Statement"')) continue;
        const holder = (role: unknown) => ({ Principal: { AWS: [resolved(role)] } });
        switch (`${type} ${argument}`) {
          case "aws_iam_role assume_role_policy":
            add(found.trust, address, policy, { Resource: [resolved(`\${${address}.arn}`)] });
            break;
          case "aws_iam_role_policy policy":
            add(found.other, address, policy, holder(attributes.role));
            break;
          case "aws_iam_policy policy":
            for (const each of Object.values<Json>(stack.resource.aws_iam_role_policy_attachment))
              if (each.policy_arn === `\${${address}.arn}`) add(found.other, address, policy, holder(each.role));
            break;
          case "aws_api_gateway_rest_api_policy policy":
          case "aws_s3_bucket_policy policy":
          case "aws_secretsmanager_secret_policy policy":
            add(found.other, address, policy);
            break;
          default:
            throw new Error(`${address}: an unknown policy in ${argument}`);
        }
      }
    }
  return found;
}

/** What Lambda adds to the function's policy: each source is a condition. */
function permission(attributes: Json, address: string, resolved: (text: unknown) => string): Statement {
  const { principal, action, function_name, qualifier, source_arn, source_account, "//": _, ...others } = attributes;
  if (Object.keys(others).some((name) => name !== "depends_on" && name !== "lifecycle"))
    throw new Error(`${address}: an unknown argument among ${Object.keys(others)}`);
  const Condition = {
    ...(source_arn && { ArnLike: { "aws:SourceArn": [resolved(source_arn)] } }),
    ...(source_account && { StringEquals: { "aws:SourceAccount": [source_account] } }),
  };
  return {
    Sid: address,
    Effect: "Allow",
    Principal: { Service: [principal] },
    Action: [action],
    Resource: [[function_name, ...listOf(qualifier)].map(resolved).join(":")],
    ...(Object.keys(Condition).length > 0 && { Condition }),
  };
}

function mapped<T, U>(of: Readonly<Record<string, T>>, make: (each: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(of).map(([key, each]) => [key, make(each)]));
}

const ACTION = String.raw`(?:[a-z0-9-]+:[A-Za-z0-9*]+|\*)`;
const PERMISSION = new RegExp(`^(DENY )?(everything except )?(${ACTION}(?:, ${ACTION})*)( \\(trust policy\\))?$`);

/** The lines of `access.md` about AWS actions, each as the statement that it states. */
export function stated(ledger: string, stack: Json): Statements {
  const found: { trust: Statement[]; other: Statement[] } = { trust: [], other: [] };
  for (const [index, line] of ledger.split("\n").entries()) {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\([!-/:-@[-`{-~])/g, "$1"));
    const [, who = "", may = "", on = "", condition = ""] = cells;
    const [, deny, except, actions = "", trust] = PERMISSION.exec(may) ?? [];
    if (actions === "") continue;
    const [, others] = /^everything except (.+)$/.exec(on) ?? [];
    const Condition = conditionOf(condition, stack);
    found[trust === undefined ? "other" : "trust"].push({
      Sid: `line ${index + 1}`,
      Effect: deny === undefined ? "Allow" : "Deny",
      Principal: principalOf(who, stack),
      [except === undefined ? "Action" : "NotAction"]: actions.split(", "),
      ...(others === undefined
        ? { Resource: [arnIn(on, stack)] }
        : { NotResource: others.split(", ").map((each) => arnIn(each, stack)) }),
      ...(Object.keys(Condition).length > 0 && { Condition }),
    });
  }
  return found;
}

function principalOf(text: string, stack: Json): Statement["Principal"] {
  if (text === "any principal") return "*";
  if (/^[a-z0-9.-]+\.amazonaws\.com$/.test(text)) return { Service: [text] };
  const arn = arnIn(text, stack);
  if (!arn.startsWith("arn:")) throw new Error(`an unknown principal: ${text}`);
  return { [arn.includes(":oidc-provider/") ? "Federated" : "AWS"]: [arn] };
}

/** `role orders`, or a text that starts with such a name. */
function arnIn(text: string, stack: Json): string {
  for (const [word, , arn] of Object.values(NAMES))
    if (text.startsWith(`${word} `))
      return (
        arnStart(stack, arn) +
        text
          .slice(word.length + 1)
          .replace(/^https:\/\//, "")
          .replace(/, alias /, ":")
      );
  return text;
}

function conditionOf(text: string, stack: Json): NonNullable<Statement["Condition"]> {
  const found: Record<string, Record<string, readonly string[]>> = {};
  for (const part of text.split("; ").filter((each) => each !== "-" && each !== "ANY SOURCE ARN")) {
    const [, source] = /^source ARN (.+)$/.exec(part) ?? [];
    const [, account] = /^source account (.+)$/.exec(part) ?? [];
    const [, key = "", operator = "", values = ""] =
      source !== undefined
        ? ["", "aws:SourceArn", "ArnLike", source]
        : account !== undefined
          ? ["", "aws:SourceAccount", "StringEquals", account]
          : (/^(\S+) (\S+) (.+)$/.exec(part) ?? []);
    if (operator === "") throw new Error(`an unknown condition: ${part}`);
    found[operator] = { ...found[operator], [key]: values.split(" or ").map((each) => arnIn(each, stack)) };
  }
  return found;
}
