import { unexpected } from "../../../../packages/terraform-access-review/judge/fail-on";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { GUARDS } from "../../../../packages/terraform-access-review/model/change";
import { calledRoute } from "../../../../packages/terraform-access-review/model/row";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import { accessBetween, dev, edited, effect, type Json, lines, rowsOf } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

type Edit = (resource: Json, stack: Json, policy: Json) => unknown;

const after = (edit: Edit) => edited(dev, (resource, { stack, policy }) => edit(resource, stack, policy));
const changeBy = (edit: Edit) => changeOfStacks("dev", dev, after(edit));
const LAMBDA = "aws_lambda_function";
const variables = (resource: Json) => resource[LAMBDA].callers.environment.variables;
const headers = (resource: Json) => resource.aws_apigatewayv2_integration.orders.request_parameters;
const statements = (body: Json, change: (all: Json[], document: Json) => void) => {
  const document = JSON.parse(body.policy);
  change(document.Statement, document);
  body.policy = JSON.stringify(document);
};

test("a route whose callers are unknown keeps its row, also if a guard is in doubt about the same route", () => {
  const unread = ({ stack }: typeof dev) => ({ stack, isPolicyUnread: true }) as const;
  const added = after(({ aws_apigatewayv2_route: routes }) => {
    routes.other = { ...routes.orders_get_orders, route_key: "GET /other", api_key_required: true };
  });
  const { rows, guards } = changeOfStacks("dev", unread(dev), unread(added)).access;
  expect(guards.map(({ address }) => address)).toContain("aws_apigatewayv2_route.other");
  expect(rows.map(({ effect, after: row }) => [effect, row?.principal.kind, row && calledRoute(row)])).toContainEqual([
    "broadened",
    "not-read",
    "GET /other",
  ]);
});

/** A reader who sees only the verdict must not miss any of these. */
const OPENS: readonly (readonly [string, Edit, RegExp])[] = [
  ["callers may name themselves", (r) => delete headers(r)["overwrite:header.X-Caller-Subject"], /X-Caller-Subject/],
  [
    "the gateway appends what callers claim",
    (r) => Object.assign(headers(r), { "append:header.X-Caller-Scopes": "$request.header.S" }),
    /X-Caller-Scopes/,
  ],
  [
    "a known service by a new integration without headers",
    (r) => {
      const { request_parameters: _, ...bare } = r.aws_apigatewayv2_integration.orders;
      r.aws_apigatewayv2_integration.bare = bare;
      r.aws_apigatewayv2_route.orders_get_orders.target = "integrations/${aws_apigatewayv2_integration.bare.id}";
    },
    /target of aws_apigatewayv2_route/,
  ],
  [
    "a cache key from the caller's request",
    (r) => (r.aws_apigatewayv2_authorizer.scoped.identity_sources[1] = "$request.header.routeKey"),
    /\| GET \/orders \|/,
  ],
  ["another issuer", (r) => (variables(r).ISSUER_CUSTOMERS = "https://evil.example"), /ISSUER_CUSTOMERS/],
  [
    "one client counts as another",
    (r) => (variables(r).CLIENT_WEB = "${aws_cognito_user_pool_client.support_desk.id}"),
    /CLIENT_WEB/,
  ],
  [
    "code that is loaded before the function's",
    (r) => Object.assign(variables(r), { NODE_OPTIONS: "--import=x" }),
    /NODE_OPTIONS/,
  ],
  [
    "a trigger that changes tokens",
    (r) => (r.aws_cognito_user_pool.customers.lambda_config = { pre_token_generation: "arn:x" }),
    /arn:x \| decide on users or their tokens \(pre_token_generation\) \| user pool/,
  ],
  [
    "weaker passwords",
    (r) => (r.aws_cognito_user_pool.customers.password_policy.require_symbols = false),
    /require_symbols of .*: true → false/,
  ],
  ["Cognito's default flows", (r) => (r.aws_cognito_user_pool_client.web.explicit_auth_flows = []), /app client/],
  [
    "an access log without the caller",
    (r) => hideSubject(r.aws_apigatewayv2_stage.gateway.access_log_settings),
    /subject/,
  ],
  [
    "a grant on everything except one resource",
    (r) =>
      statements(r.aws_secretsmanager_secret_policy.reporting_agent, (all) =>
        all.push({ Effect: "Allow", Principal: "*", Action: "secretsmanager:*", NotResource: "arn:x" }),
      ),
    /any principal \| secretsmanager:\* \| everything except arn:x/,
  ],
  [
    "a policy with an older version",
    (r) => statements(r.aws_iam_role_policy.callers, (_, document) => (document.Version = "2008-10-17")),
    /policy.Version/,
  ],
  [
    "a secret with another endpoint for its reader",
    (r) => {
      const secret = r.aws_secretsmanager_secret_version.reporting_agent;
      secret.secret_string_wo = secret.secret_string_wo.replace("https://", "https://evil.example/");
    },
    /secret_string_wo of .*: \(hidden\) → \(hidden\)/,
  ],
  [
    "drift that is ignored",
    (r) => (r.aws_iam_role.orders.lifecycle = { ignore_changes: ["x"] }),
    /lifecycle\.ignore_changes/,
  ],
  ["a program at apply", (r) => (r.google_project_service.x = { service: "x", provisioner: [{}] }), /google_project_s/],
  ["a list of bodies", (r) => (r.google_project_iam_member = { x: [{ member: "allUsers", role: "r" }] }), /_member.x/],
  ["a list of names", (r) => (r.google_project_iam_member = [{ x: { member: "allUsers", role: "r" } }]), /_member.0/],
  ["no account at all", (_, stack) => delete stack.provider.aws, /provider.aws: there → gone/],
  ["no backend", (_, stack) => delete stack.terraform.backend, /terraform.backend/],
  [
    "another release of a provider",
    (_, stack) => (stack.terraform.required_providers.aws.version = "7.0.0"),
    /version/,
  ],
  ["a third party's provider", (_, stack) => (stack.terraform.required_providers.aws.source = "evil/aws"), /source/],
  ["a data source", (_, stack) => (stack.data = { external: { x: { program: ["sh"] } } }), /data.external/],
  [
    "no authorizer, and no policy",
    (r) => {
      const { api_id, target } = r.aws_apigatewayv2_route.orders_get_orders;
      r.aws_apigatewayv2_route.x = { api_id, target, route_key: "GET /x", authorization_type: "NONE" };
    },
    /anyone \| GET \/x/,
  ],
];

function hideSubject(settings: Json): void {
  const { subject: _, ...format } = JSON.parse(settings.format);
  settings.format = JSON.stringify(format);
}

testAll(OPENS)("%s: counts as broader, and the review names the change", (_, edit, what) => {
  const broader = lines(changeBy(edit).access).filter((each) => each.startsWith("+"));
  expect(broader.join("\n")).toMatch(what);
});

test("an environment with resources that gets a backend is broader, whichever it is", () => {
  const without = edited(dev, (_, { stack }) => delete stack.terraform.backend);
  for (const backend of [dev.stack, { terraform: { backend: { http: { address: "https://evil.example" } } } }]) {
    const after = edited(without, (_, { stack }) => (stack.terraform.backend = (backend as Json).terraform.backend));
    const found = accessBetween(without, after).guards.map(({ effect, address, guard }) => [effect, address, guard]);
    expect(found).toEqual([["broadened", "terraform.backend", GUARDS.created]]);
  }
});

test("a person judges another account and another bucket of the state, because who owns them is in no file", () => {
  const guards = changeBy((_, stack) => {
    stack.provider.aws[0].allowed_account_ids = ["999988887777"];
    stack.terraform.backend.s3.bucket = "evil";
  }).access.guards;
  const unjudged = guards.filter(({ effect }) => effect === "unjudged");
  expect(unjudged.map(({ address, guard }) => [address, guard])).toEqual([
    ["provider.aws", GUARDS.account],
    ["terraform.backend", GUARDS.state],
  ]);
});

testAll<readonly [string, Edit]>([
  ["an output", (_, stack) => delete stack.output.api_url],
  ["an additional header that is removed", (r) => Object.assign(headers(r), { "remove:header.X-More": "''" })],
  ["an additional text field of the log", (r) => moreColumns(r.aws_apigatewayv2_stage.gateway.access_log_settings)],
  ["an additional number in the log", (r) => moreNumbers(r.aws_apigatewayv2_stage.gateway.access_log_settings)],
])("%s: opens nothing", (_, edit) => {
  const { access, resources } = changeBy(edit);
  expect(lines(access)).toEqual([]);
  expect(resources.length).toBeGreaterThan(0);
});

/** A policy that lets a role read what has a tag. */
const byTag = (condition: object): Json => ({
  name: "by-tag",
  role: "ops",
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*", Condition: condition }],
  }),
});

testAll<readonly [string, object]>([
  ["a resource's tag", { StringEquals: { "aws:ResourceTag/team": "ops" } }],
  ["a principal's tag in a variable", { StringEquals: { "aws:RequestedRegion": "${aws:PrincipalTag/region}" } }],
  ["a request's tags", { "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] } }],
])("tags count as broader where a policy reads %s", (_, condition) => {
  const tagged = (more: Edit) =>
    edited(dev, (resource, { stack }) => {
      resource.aws_iam_role_policy.by_tag = byTag(condition);
      more(resource, stack, undefined);
    });
  const changed = (edit: Edit) =>
    changeOfStacks(
      "dev",
      tagged(() => {}),
      tagged(edit),
    ).access.guards;
  expect(changed((r) => (r.aws_secretsmanager_secret.reporting_agent.tags = { team: "ops" }))).toMatchObject([
    { effect: "broadened", address: "aws_secretsmanager_secret.reporting_agent", guard: "tags" },
  ]);
  expect(changed((_, stack) => (stack.provider.aws[0].default_tags[0].tags.team = "x"))).toMatchObject([
    { effect: "broadened", address: "provider.aws" },
  ]);
  expect(
    changed((r) => (r.aws_cloudwatch_log_group.more = { name: "x", retention_in_days: 365, tags: { team: "ops" } })),
  ).toMatchObject([{ effect: "broadened", address: "aws_cloudwatch_log_group.more", guard: GUARDS.created }]);
});

function moreColumns(settings: Json): void {
  settings.format = JSON.stringify({ ...JSON.parse(settings.format), more: "$context.stage" });
}

function moreNumbers(settings: Json): void {
  settings.format = settings.format.replace(/\}$/, ',"more":$context.responseLatency}');
}

test("the contents of a secret are never quoted", () => {
  const model = changeBy((r) => {
    r.aws_secretsmanager_secret_version.reporting_agent.secret_string_wo = "hunter2hunter2";
    variables(r).SIGNING_SECRET = "hunter2hunter2";
  });
  expect(JSON.stringify([model, reportOf(model)])).not.toContain("hunter2");
  expect(model.access.guards).toHaveLength(2);
});

const broaderKeys = (edit: Edit) => unexpected(["broadened"], changeBy(edit)).map(({ key }) => key);

test("a long value is cut, and a key that allows it allows no other value", () => {
  const keys = ["a", "b"].map((end) => {
    const long = `https://${"x".repeat(400)}${end}`;
    return broaderKeys((r) => (variables(r).ISSUER_CUSTOMERS = long)).at(0);
  });
  expect(keys[0]).not.toBe(keys[1]);
  expect(keys[0]?.length).toBeLessThan(200);
});

test("expecting one condition does not allow another", () => {
  const ttl = (seconds: number) =>
    broaderKeys((r) => (r.aws_apigatewayv2_authorizer.scoped.authorizer_result_ttl_in_seconds = seconds));
  const [short, long] = [ttl(120), ttl(3600)];
  expect(short.length).toBeGreaterThan(0);
  expect(short.filter((key) => long.includes(key))).toEqual([]);
});

describe("a policy in which a key is there twice", () => {
  const statement = (action: string) => JSON.stringify([{ Effect: "Allow", Action: action, Resource: "*" }]);
  const twice = (first: string, last: string) => `{"Statement":${statement(first)},"Statement":${statement(last)}}`;
  const withPolicy = (policy: string) =>
    edited(dev, (r) => {
      r.aws_iam_role_policy.callers.policy = policy;
    });
  const address = "aws_iam_role_policy.callers";
  const plain = dev.stack.resource.aws_iam_role_policy?.callers?.policy as string;

  test("is not read, whichever comes last", () => {
    const last = plain.replace('"Statement":', `"Statement":${statement("iam:*")},"Statement":`);
    const state = withPolicy(last);
    const unread = rowsOf(state).filter(({ row }) => row.principal.kind === "not-read");
    expect(unread.map(({ row }) => row.from)).toEqual([{ address, argument: "policy" }]);
    expect(accessBetween(dev, state).guards).toContainEqual(
      expect.objectContaining({ effect: "broadened", address, guard: "policy" }),
    );
  });

  test("is broader with another content, and its report shows no part of it", () => {
    const [one, other] = [withPolicy(twice("s3:*", "sts:*")), withPolicy(twice("iam:*", "sts:*"))];
    const change = changeOfStacks("dev", one, other);
    expect(change.access.guards).toEqual([expect.objectContaining({ effect: "broadened", address, guard: "policy" })]);
    expect(change.resources.map(({ attributes }) => attributes)).toEqual([
      [{ path: "policy", kind: "changed", before: "(hidden)", after: "(hidden)", hides: true }],
    ]);
  });

  test("is broader inside a role as well", () => {
    const withInline = (policy: string) =>
      edited(dev, (r) => {
        r.aws_iam_role.orders.inline_policy = [{ name: "x", policy }];
      });
    const [one, other] = [withInline(twice("s3:*", "sts:*")), withInline(twice("iam:*", "sts:*"))];
    expect(effect(dev, one)).toBe("broadened");
    expect(effect(one, other)).toBe("broadened");
  });
});
