import { statementsOf } from "../terraform-json/iam-statements";
import { jsonIn } from "../terraform-json/json-text";
import { referencesIn } from "../terraform-json/references";
import {
  type Attributes,
  oncePerBody,
  oncePerStack,
  type Resource,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { isWithin, unwrittenArguments } from "../types";

/** The arguments of all types with which they run as an identity. */
const IDENTITY = /(^|_)(service_account(_email)?|role(_arn)?)$/;

/** Paths at which a text may name an identity by its short name, or by a value that is not in the stack. */
const MAY_NAME = /account|identit|principal|profile|role/i;

/** Types that are an identity, or grant to one. An instance profile gives its role to a machine. */
const GRANTS = /(^|_)iam_(?!instance_profile$)|^google_service_account/;

/**
 * The texts of a resource that name an identity as which it may run something, each with its argument: those of the
 * arguments for that, and of each argument that no stack of this program writes. There, every text counts that names an
 * identity, at any depth and in JSON: a reference to one, an account's e-mail address, a role's ARN, or a short name.
 */
export function identitiesOf(
  stack: StackJson,
  { type, attributes }: Resource,
): readonly (readonly [argument: string, text: string])[] {
  if (GRANTS.test(type)) return [];
  return mayNameIdentity(attributes, type).flatMap(({ argument, text, path }) =>
    path === undefined
      ? [[argument, text] as const]
      : identitiesIn(stack, text, MAY_NAME.test(path)).map((each) => [argument, each] as const),
  );
}

/** A text in which `identitiesOf` looks. Without a path, the whole text is an identity. */
interface Place {
  readonly argument: string;
  readonly text: string;
  readonly path?: string;
}

const mayNameIdentity = oncePerBody((attributes, type): readonly Place[] => {
  const unwritten = unwrittenArguments(type, attributes);
  return textsIn(attributes).flatMap(([path, text]) => {
    const argument = path.slice(path.lastIndexOf(".") + 1);
    if (IDENTITY.test(argument)) return [{ argument, text }];
    return unwritten.some((each) => isWithin(path, each)) ? [{ argument, text, path }] : [];
  });
});

/** The identities that a text names. Policies are read as grants. */
function identitiesIn(stack: StackJson, text: string, mayName: boolean): readonly string[] {
  if (statementsOf(text) !== undefined) return [];
  const json = jsonIn(text);
  if (json !== undefined) {
    return textsIn(json.value).flatMap(([path, inner]) => identitiesIn(stack, inner, mayName || MAY_NAME.test(path)));
  }
  const references = referencesIn(text).filter(({ type }) =>
    /^(data\.)?(google_service_account|aws_iam_role)s?$/.test(type),
  );
  const isElsewhere = mayName && /\$\{[^}]*\b(data|each|module|var)\./.test(text);
  // Its project or its account is not in the text.
  const isAssembled = text.includes("${") && /\.gserviceaccount\.com|:role\//.test(text);
  return [
    ...references.map(({ address, attribute }) => `\${${address}.${attribute}}`),
    ...(text.match(/[\w-]+@[\w.-]+\.gserviceaccount\.com/g) ?? []),
    ...(text.match(/arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+/g) ?? []),
    ...localsIn(stack, text).flatMap((local) => identitiesIn(stack, local, mayName)),
    ...(isElsewhere || isAssembled || (mayName && shortNames(stack).has(text)) ? [text] : []),
  ];
}

/** The texts of the locals to which a text refers. Terraform refuses locals that refer to each other in a circle. */
function localsIn(stack: StackJson & Attributes, text: string): readonly string[] {
  if (!text.includes("${")) return [];
  const names = [...text.matchAll(/\blocal\.([\w-]+)/g)].map(([, name = ""]) => name);
  return names.flatMap((name) => textsIn(stack.locals?.[name]).map(([, each]) => each));
}

const shortNames = oncePerStack((stack): ReadonlySet<string> => {
  const named = (type: string, argument: string) =>
    resourcesOf(stack, type).map(({ attributes }) => String(attributes[argument]));
  return new Set([...named("google_service_account", "account_id"), ...named("aws_iam_role", "name")]);
});

/** Every text in a value with its path, without indices. */
function textsIn(value: unknown, path = ""): readonly (readonly [path: string, text: string])[] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  const inList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(inner, inList ? path : path === "" ? key : `${path}.${key}`),
  );
}
