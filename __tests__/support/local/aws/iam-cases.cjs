const { createHash } = require("node:crypto");

/**
 * Cases for comparing the stand-in's policy evaluation: per condition operator and per edge case of a statement. A
 * value of null in the context is a key that the request does not have.
 */
const ACCOUNT = "111122223333";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/caller`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/caller/session`;
const TARGET = `arn:aws:iam::${ACCOUNT}:role/target`;
const REQUEST = { action: "sts:AssumeRole", resource: TARGET, principals: [ROLE, SESSION], context: {} };
const ALLOW = { Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" };
const TRUST = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: ROLE } };

const cases = [];
const names = new Set();

function add(name, kind, statements, request = {}) {
  if (names.has(name)) throw new Error(`two cases are called ${name}`);
  names.add(name);
  const policy = { Version: "2012-10-17", Statement: statements };
  cases.push({ name, kind, policy, request: { ...REQUEST, ...request } });
}

const shown = (value) => (value === null ? "missing" : JSON.stringify(value));

/** One condition of an identity policy against the values that a request may have. */
function condition(operator, key, wanted, ...found) {
  for (const value of found) {
    const name = `${operator} ${key} ${JSON.stringify(wanted)} ← ${shown(value)}`;
    add(name, "identity", [{ ...ALLOW, Condition: { [operator]: { [key]: wanted } } }], { context: { [key]: value } });
  }
}

const EXTERNAL = "sts:ExternalId";
for (const suffix of ["", "IfExists"]) {
  condition(`StringEquals${suffix}`, EXTERNAL, "Blue", "Blue", "blue", "Blue ", "", null);
  condition(`StringNotEquals${suffix}`, EXTERNAL, "Blue", "Blue", "blue", "Red", null);
  condition(`StringEqualsIgnoreCase${suffix}`, EXTERNAL, "Blue", "BLUE", "blu", null);
  condition(`StringNotEqualsIgnoreCase${suffix}`, EXTERNAL, "Blue", "BLUE", "red", null);
  condition(`StringLike${suffix}`, EXTERNAL, "B*e-?", "Blue-1", "Be-1", "blue-1", "Blue-", "Blue-12", null);
  condition(`StringNotLike${suffix}`, EXTERNAL, "B*e-?", "Blue-1", "blue-1", null);
  condition(`ArnEquals${suffix}`, "aws:PrincipalArn", ROLE, ROLE, `${ROLE}2`, "caller", null);
  condition(`ArnNotEquals${suffix}`, "aws:PrincipalArn", ROLE, ROLE, `${ROLE}2`, null);
  condition(`ArnLike${suffix}`, "aws:PrincipalArn", `arn:aws:iam::*:role/c*`, ROLE, TARGET, null);
  condition(`ArnNotLike${suffix}`, "aws:PrincipalArn", `arn:aws:iam::*:role/c*`, ROLE, TARGET, null);
  condition(`Bool${suffix}`, "aws:SecureTransport", "true", "true", "false", null);
  condition(`Bool${suffix}`, "aws:SecureTransport", "false", "true", "false", null);
  condition(`NumericEquals${suffix}`, "aws:MultiFactorAuthAge", "10", "10", "10.0", "11", null);
  condition(`NumericNotEquals${suffix}`, "aws:MultiFactorAuthAge", "10", "10", "11", null);
  condition(`NumericLessThan${suffix}`, "aws:MultiFactorAuthAge", "10", "9", "10", "11", null);
  condition(`NumericLessThanEquals${suffix}`, "aws:MultiFactorAuthAge", "10", "9", "10", "11", null);
  condition(`NumericGreaterThan${suffix}`, "aws:MultiFactorAuthAge", "10", "9", "10", "11", null);
  condition(`NumericGreaterThanEquals${suffix}`, "aws:MultiFactorAuthAge", "10", "9", "10", "11", null);
  const [before, at, after] = ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"];
  for (const operator of ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]) {
    condition(`Date${operator}${suffix}`, "aws:CurrentTime", at, before, at, after, null);
  }
}
condition("DateEquals", "aws:CurrentTime", "2026-02-01T00:00:00Z", "2026-02-01T01:00:00+01:00");
condition("DateLessThan", "aws:EpochTime", "1770000000", "1769999999", "1770000001");
condition("NumericEquals", "aws:MultiFactorAuthAge", 10, "10");
condition("NumericLessThan", "aws:MultiFactorAuthAge", "10", "ten", "-1", "9.5", "1e0");
condition("Bool", "aws:SecureTransport", true, "true", "false");
condition("Bool", "aws:SecureTransport", "TRUE", "true");
condition("Bool", "aws:SecureTransport", ["true", "false"], "true", "false");

// Each part of an ARN is compared separately.
const ARNS = [ROLE, `arn:aws:iam::${ACCOUNT}:role/path/caller`, `arn:aws:iam::${ACCOUNT}:user/role/caller`];
condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*", ROLE);
condition("ArnLike", "aws:PrincipalArn", "arn:aws:*:role/caller", ROLE);
condition("ArnLike", "aws:PrincipalArn", "arn:*:iam::*:role/*", ...ARNS);
condition("ArnLike", "aws:PrincipalArn", `arn:aws:iam::${ACCOUNT}:role/?aller`, ...ARNS);
condition("ArnEquals", "aws:PrincipalArn", `arn:aws:iam::${ACCOUNT}:role/*`, ...ARNS);
condition(
  "ArnLike",
  "aws:SourceArn",
  "arn:aws:sns:*:*:a*",
  "arn:aws:sns:eu-west-1:1:a:b:c",
  "arn:aws:sns:eu-west-1:1:b",
);
condition("StringLike", "aws:PrincipalArn", "arn:aws:*:role/caller", ROLE);
condition("StringEquals", "aws:PrincipalArn", `arn:aws:iam::${ACCOUNT}:role/*`, ROLE);

// Several values in the policy: one match is enough, or for `Not` operators none may match.
condition("StringEquals", EXTERNAL, ["a", "b"], "a", "b", "c", null);
condition("StringNotEquals", EXTERNAL, ["a", "b"], "a", "b", "c", null);
condition("StringLike", EXTERNAL, ["a*", "*z"], "abc", "xyz", "mno");
condition("StringNotLike", EXTERNAL, ["a*", "*z"], "abc", "xyz", "mno");
condition("NumericLessThan", "aws:MultiFactorAuthAge", ["5", "10"], "7", "12");
condition("StringEquals", EXTERNAL, [], "a", null);
condition("StringNotEquals", EXTERNAL, [], "a", null);

// Several values in the request.
for (const [operator, wanted] of [
  ["StringEquals", ["a", "b"]],
  ["StringNotEquals", ["a", "b"]],
  ["StringLike", ["a*", "b"]],
  ["StringNotLike", ["a*", "b"]],
  ["StringEqualsIgnoreCase", ["A", "B"]],
]) {
  for (const set of ["ForAllValues", "ForAnyValue"]) {
    condition(`${set}:${operator}`, "aws:TagKeys", wanted, ["a"], ["a", "b"], ["a", "c"], ["c"], [], null);
  }
}
condition("ForAllValues:StringEqualsIfExists", "aws:TagKeys", "a", ["a"], ["c"], null);
condition("ForAnyValue:StringEqualsIfExists", "aws:TagKeys", "a", ["a"], ["c"], null);
condition("StringEquals", "aws:TagKeys", "a", ["a"], ["a", "b"]);
condition("ForAnyValue:StringEquals", EXTERNAL, "a", "a", "b");
condition("ForAllValues:StringEquals", EXTERNAL, "a", "a", "b");

condition("Null", EXTERNAL, "true", "x", "", null);
condition("Null", EXTERNAL, "false", "x", null);
condition("Null", EXTERNAL, true, "x", null);
condition("Null", EXTERNAL, ["true", "false"], "x", null);
condition("Null", "aws:TagKeys", "true", ["a"], [], null);

// Operators that the stand-in does not know.
condition("IpAddress", "aws:SourceIp", "10.0.0.0/8", "10.1.2.3", "11.1.2.3");
condition("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", "10.1.2.3", "11.1.2.3");
condition("BinaryEquals", EXTERNAL, "YQ==", "YQ==");

// All keys and all operators must hold; a key has no case.
const both = (name, Condition, context) => add(name, "identity", [{ ...ALLOW, Condition }], { context });
const two = { [EXTERNAL]: "a", "sts:RoleSessionName": "s" };
both("two keys hold", { StringEquals: two }, two);
both("one of two keys holds", { StringEquals: two }, { ...two, [EXTERNAL]: "b" });
both("two operators hold", { StringEquals: { [EXTERNAL]: "a" }, StringLike: { "sts:RoleSessionName": "s*" } }, two);
both(
  "one of two operators holds",
  { StringEquals: { [EXTERNAL]: "b" }, StringLike: { "sts:RoleSessionName": "s*" } },
  two,
);
both("a key in another case", { StringEquals: { "STS:externalid": "a" } }, two);
both("no condition", {}, {});

// Policy variables.
const tag = (value) => ({ "aws:PrincipalTag/team": value, [EXTERNAL]: "shop-1" });
for (const value of ["shop", "*", "SHOP", "", null]) {
  const shownValue = shown(value);
  const resource = `arn:aws:iam::${ACCOUNT}:role/\${aws:PrincipalTag/team}-1`;
  const called = { resource: `arn:aws:iam::${ACCOUNT}:role/shop-1`, context: tag(value) };
  add(`variable in the resource ← ${shownValue}`, "identity", [{ ...ALLOW, Resource: resource }], called);
  add(
    `variable in NotResource ← ${shownValue}`,
    "identity",
    [{ Effect: "Allow", Action: "*", NotResource: resource }],
    called,
  );
  for (const operator of ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"]) {
    both(
      `variable in ${operator} ← ${shownValue}`,
      { [operator]: { [EXTERNAL]: "${aws:PrincipalTag/team}-1" } },
      tag(value),
    );
  }
  both(
    `variable with a default ← ${shownValue}`,
    { StringEquals: { [EXTERNAL]: "${aws:PrincipalTag/team, 'shop'}-1" } },
    tag(value),
  );
}
for (const [character, text] of [
  ["*", "a*b"],
  ["*", "axb"],
  ["?", "a?b"],
  ["?", "axb"],
  ["$", "a$b"],
]) {
  const wanted = `a\${${character}}b`;
  both(`StringLike ${wanted} ← ${text}`, { StringLike: { [EXTERNAL]: wanted } }, { [EXTERNAL]: text });
  both(`StringEquals ${wanted} ← ${text}`, { StringEquals: { [EXTERNAL]: wanted } }, { [EXTERNAL]: text });
}

// Actions and resources.
for (const Action of [
  "sts:AssumeRole",
  "STS:assumerole",
  "sts:*",
  "*",
  "sts:Assume?ole",
  "sts:Assume*",
  "sts:TagSession",
]) {
  add(`Action ${Action}`, "identity", [{ ...ALLOW, Action }]);
  add(`NotAction ${Action}`, "identity", [{ Effect: "Allow", NotAction: Action, Resource: "*" }]);
}
add("one of several actions", "identity", [{ ...ALLOW, Action: ["sts:TagSession", "sts:AssumeRole"] }]);
add("none of several NotActions", "identity", [{ Effect: "Allow", NotAction: ["iam:*", "s3:*"], Resource: "*" }]);
for (const Resource of [
  TARGET,
  `${TARGET}2`,
  `arn:aws:iam::${ACCOUNT}:role/*`,
  `arn:aws:iam::${ACCOUNT}:role/targe?`,
  `arn:aws:iam::${ACCOUNT}:role/Target`,
  "arn:aws:iam::*:role/target",
  "arn:aws:iam::444455556666:role/target",
  "arn:aws:iam::*",
  "arn:aws:*:role/target",
  "arn:*:iam::*:role/target",
  "*",
  "arn:aws:s3:::target",
]) {
  add(`Resource ${Resource}`, "identity", [{ ...ALLOW, Resource }]);
  add(`NotResource ${Resource}`, "identity", [{ Effect: "Allow", Action: "sts:AssumeRole", NotResource: Resource }]);
}
add("one of several resources", "identity", [{ ...ALLOW, Resource: ["arn:aws:s3:::x", TARGET] }]);

// Allow and deny.
const DENY = { Effect: "Deny", Action: "sts:*", Resource: "*" };
add("a deny after an allow", "identity", [ALLOW, DENY]);
add("a deny before an allow", "identity", [DENY, ALLOW]);
add("a deny alone", "identity", [DENY]);
add("a deny of another action", "identity", [ALLOW, { ...DENY, Action: "iam:*" }]);
add("a deny of another resource", "identity", [ALLOW, { ...DENY, Resource: `${TARGET}2` }]);
add("a deny of all but the resource", "identity", [ALLOW, { Effect: "Deny", Action: "*", NotResource: TARGET }]);
add("a deny of all but the action", "identity", [
  ALLOW,
  { Effect: "Deny", NotAction: "sts:AssumeRole", Resource: "*" },
]);
for (const value of ["a", "b", null]) {
  const denied = (Condition) => [ALLOW, { ...DENY, Condition }];
  const context = { context: { [EXTERNAL]: value } };
  add(`a deny if equal ← ${shown(value)}`, "identity", denied({ StringEquals: { [EXTERNAL]: "a" } }), context);
  add(`a deny unless equal ← ${shown(value)}`, "identity", denied({ StringNotEquals: { [EXTERNAL]: "a" } }), context);
  add(`a deny if missing ← ${shown(value)}`, "identity", denied({ Null: { [EXTERNAL]: "true" } }), context);
}
add("no statement", "identity", []);

// Trust policies.
const principals = {
  "the role": { AWS: ROLE },
  "the session": { AWS: SESSION },
  "another role": { AWS: TARGET },
  "another session of the role": { AWS: `${SESSION}2` },
  "the role in another case": { AWS: ROLE.replace("caller", "Caller") },
  "the account": { AWS: ACCOUNT },
  "the account's root": { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  "another account": { AWS: "444455556666" },
  "one of several": { AWS: [TARGET, ROLE] },
  "account and role": { AWS: [ACCOUNT, ROLE] },
  "anybody of AWS": { AWS: "*" },
  anybody: "*",
  "a service": { Service: "lambda.amazonaws.com" },
  "a service and the role": { Service: "lambda.amazonaws.com", AWS: ROLE },
  "a federation": { Federated: "cognito-identity.amazonaws.com" },
};
for (const [name, Principal] of Object.entries(principals)) {
  add(`trust in ${name}`, "trust", [{ ...TRUST, Principal }]);
  add(`distrust of ${name}`, "trust", [TRUST, { ...TRUST, Effect: "Deny", Principal }]);
  const lambda = { principals: ["lambda.amazonaws.com"] };
  if (name !== "a federation") add(`trust in ${name}, a service asks`, "trust", [{ ...TRUST, Principal }], lambda);
}
add("trust for another action", "trust", [{ ...TRUST, Action: "sts:TagSession" }]);
add("trust for any action", "trust", [{ ...TRUST, Action: "sts:*" }]);
add("NotPrincipal denies the others", "trust", [
  TRUST,
  { Effect: "Deny", Action: "*", NotPrincipal: { AWS: [ROLE, SESSION] } },
]);
add("NotPrincipal denies the role", "trust", [TRUST, { Effect: "Deny", Action: "*", NotPrincipal: { AWS: TARGET } }]);
for (const value of ["a", "b", null]) {
  const conditional = { ...TRUST, Condition: { StringEquals: { [EXTERNAL]: "a" } } };
  add(`trust with an external id ← ${shown(value)}`, "trust", [conditional], { context: { [EXTERNAL]: value } });
  const byAccount = { ...conditional, Principal: { AWS: ACCOUNT } };
  add(`trust in the account with an external id ← ${shown(value)}`, "trust", [byAccount], {
    context: { [EXTERNAL]: value },
  });
}
for (const arn of [ROLE, TARGET]) {
  const byArn = { ...TRUST, Principal: { AWS: "*" }, Condition: { ArnLike: { "aws:PrincipalArn": ROLE } } };
  add(`trust in anybody of this ARN ← ${arn}`, "trust", [byArn], { context: { "aws:PrincipalArn": arn } });
}

/** A verdict is valid only for exactly the case for which it was recorded. */
const hashOfCases = () => createHash("sha256").update(JSON.stringify(cases)).digest("hex");

module.exports = { cases, hashOfCases };
