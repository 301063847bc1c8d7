import { envoyConfiguration } from "./configuration";
import { configurationText, delivery, MOUNT_PATH } from "./delivery";
import { type EnvoyPolicy, inOrder, type Sidecar, sidecarOf } from "./policy";

/** The Envoy container that a policy gives for one service: everything that decides how it treats a request. */
export interface EnvoyContainer {
  /** The policy's part for this service, in one order. */
  readonly sidecar: Sidecar;
  /** Image with its digest. */
  readonly image: string;
  /** All of its arguments, including the configuration or its file. */
  readonly args: readonly string[];
  /** The whole configuration, as the text in Terraform's JSON. */
  readonly text: string;
  /** Folder and file of the mount, if the configuration is too long for an argument. */
  readonly mounted?: { readonly folder: string; readonly file: string };
}

/**
 * Compiles the policy for a service. Undefined if the service has no Envoy.
 *
 * @param service name of the Cloud Run service
 * @throws Error if the policy is malformed, or could have another meaning in Envoy than in its file
 */
export function envoyContainer(policy: EnvoyPolicy, service: string): EnvoyContainer | undefined {
  const fault = formFault(policy);
  if (fault !== undefined) throw new Error(`Envoy's policy ${fault}`);
  const sidecar = sidecarOf(policy, service);
  if (sidecar === undefined) return undefined;
  const text = configurationText(envoyConfiguration(sidecar));
  const delivered = delivery(text);
  return {
    sidecar: inOrder(sidecar),
    image: policy.image,
    args: delivered.args,
    text,
    ...(delivered.kind === "mounted" && { mounted: { folder: MOUNT_PATH, file: delivered.file } }),
  };
}

/** Checks one value and returns what is wrong, with its place: `issuers[0].kind: got …`. Undefined if nothing is. */
type Form = (value: unknown, at: string) => string | undefined;

/**
 * What is wrong with the form of a policy file, which anyone with write access to a branch may have written. Undefined if
 * it is an `EnvoyPolicy`. No text may mean something else once it is part of Envoy's configuration.
 */
function formFault(policy: unknown): string | undefined {
  return POLICY(policy, "");
}

/** Maximum length of a value in a message, in characters. */
const SHOWN = 80;

const wrong = (value: unknown, at: string) =>
  `at ${at || "its root"}: got ${String(JSON.stringify(value)).slice(0, SHOWN)}`;

const matching =
  (pattern: RegExp): Form =>
  (value, at) =>
    typeof value === "string" && pattern.test(value) && !hasOtherTemplate(value) ? undefined : wrong(value, at);

/**
 * Terraform evaluates templates when it applies. The value of anything but a user pool or an app client could contain
 * quotes, and so change the configuration around it. Doubled marks are literal text.
 */
function hasOtherTemplate(text: string): boolean {
  const rest = text.replaceAll(/\$\$\{|%%\{|\$\{aws_cognito_user_pool(_client)?\.[\w-]+\.(id|endpoint)\}/g, "");
  return /[$%]\{/.test(rest) || /[$%]{3}\{/.test(text);
}

const whole: Form = (value, at) => (Number.isInteger(value) && Number(value) >= 0 ? undefined : wrong(value, at));

const listOf =
  (form: Form): Form =>
  (value, at) =>
    Array.isArray(value) ? first(value.map((item, index) => form(item, `${at}[${index}]`))) : wrong(value, at);

const mapOf =
  (key: Form, form: Form): Form =>
  (value, at) =>
    isMap(value)
      ? first(Object.entries(value).flatMap(([name, item]) => [key(name, at), form(item, `${at}[${name}]`)]))
      : wrong(value, at);

/** Keys with a question mark may be missing. */
const shape =
  (forms: Readonly<Record<string, Form>>): Form =>
  (value, at) => {
    if (!isMap(value)) return wrong(value, at);
    const names = Object.keys(forms).map((key) => key.replace("?", ""));
    const other = Object.keys(value).find((key) => !names.includes(key));
    if (other !== undefined) return `at ${at || "its root"}: got an unknown key ${JSON.stringify(other)}`;
    const fields = Object.entries(forms).map(([key, form]) => {
      const name = key.replace("?", "");
      if (key.endsWith("?") && !Object.hasOwn(value, name)) return undefined;
      return form(value[name], at === "" ? name : `${at}.${name}`);
    });
    return first(fields);
  };

const either =
  (...forms: readonly Form[]): Form =>
  (value, at) =>
    forms.some((form) => form(value, at) === undefined) ? undefined : wrong(value, at);

function first(faults: readonly (string | undefined)[]): string | undefined {
  return faults.find((fault) => fault !== undefined);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const text = matching(/./);
/** A route's needs become one text, in which a space separates needs and `&` the scopes of one. `public` means no need. */
const scope = matching(/^(?!public$)[^\s&]+$/);
const claim = matching(/^[\w.:/-]+$/);

const ACCESS = shape({
  scopes: listOf(either(scope, shape({ allOf: listOf(scope) }))),
  "where?": mapOf(
    matching(/^\w+$/),
    shape({ claim, "list?": (value, at) => (value === true ? undefined : wrong(value, at)) }),
  ),
});

const ISSUER = shape({
  kind: matching(/^(cognito|subjects|token)$/),
  id: text,
  url: text,
  keys: shape({ host: matching(/^[\w.-]+$/), "port?": whole, path: text }),
  "audiences?": listOf(text),
  clientClaim: text,
  "scopeClaim?": text,
  "pathClaims?": listOf(claim),
  clients: listOf(shape({ name: text, claim: text, scopes: listOf(scope) })),
});

const ROUTE_KEY = matching(/^[A-Z]+ \/\S*$/);

const SERVICE = shape({
  ports: shape({ ingress: whole, probe: whole, app: whole }),
  timeoutSeconds: whole,
  routes: mapOf(ROUTE_KEY, either(matching(/^public$/), ACCESS)),
  "audiences?": mapOf(ROUTE_KEY, either(matching(/^\S+$/), listOf(matching(/^\S+$/)))),
});

const POLICY = shape({
  version: (value, at) => (value === 1 ? undefined : wrong(value, at)),
  image: text,
  // A percent sign would start a command in Envoy's log format, which could print a token.
  project: matching(/^[^%\s]+$/),
  clockSkewSeconds: whole,
  keysSeconds: whole,
  issuers: listOf(ISSUER),
  services: mapOf(text, SERVICE),
});
