/** A kind of credential, by the form that its issuer documents. */
interface Kind {
  /** Id in findings and allowances: `github-token`. */
  readonly id: string;
  readonly form: RegExp;
  /** A looser form, for texts that must not show a part of a credential either. Default: the form. */
  readonly part?: RegExp;
  /** Where the form is documented, or the standard that defines it. */
  readonly source: string;
}

/** Forms that nothing but a credential has. The first one that matches names the kind. */
export const CREDENTIALS: readonly Kind[] = [
  {
    id: "private-key",
    // YAML folds lines.
    form: /-----BEGIN\s+(?:[A-Z0-9]+\s+)*PRIVATE\s+KEY(?:\s+BLOCK)?-----/,
    part: /-----BEGIN\s[A-Z0-9\s]*PRIVATE\s+KEY[\s\S]*/,
    source: "RFC 7468; RFC 4880, 6.2",
  },
  {
    id: "aws-access-key",
    // AWS's own examples end in EXAMPLE.
    form: /\b(?:AKIA|ASIA)(?![A-Z2-7]{9}EXAMPLE\b)[A-Z2-7]{16}\b/,
    part: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids",
  },
  {
    id: "aws-secret-key",
    form: /\baws_?secret_?(?:access_?)?key\\*["']?\s*[:=]\s*\\*["']?(?![A-Za-z0-9/+]{33}EXAMPLE)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/i,
    source: "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html",
  },
  {
    id: "google-api-key",
    form: /\bAIza[\w-]{35}(?![\w-])/,
    part: /AIza[\w-]{30,}/,
    source: "https://docs.cloud.google.com/docs/authentication/api-keys",
  },
  {
    id: "google-client-secret",
    form: /\bGOCSPX-[\w-]{28}(?![\w-])/,
    part: /GOCSPX-[\w-]{16,}/,
    source: "https://developers.google.com/identity/protocols/oauth2",
  },
  {
    id: "google-access-token",
    form: /\bya29\.[\w-]{20,}/,
    part: /ya29\.[\w.-]+/,
    source: "https://docs.cloud.google.com/docs/authentication/token-types",
  },
  {
    id: "jwt",
    form: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/,
    part: /eyJ[\w-]{6,}(?:\.[\w-]*)+|eyJ[\w-]{16,}/,
    source: 'RFC 7519: base64url of {" is eyJ',
  },
  {
    id: "github-token",
    form: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255})\b/,
    part: /gh[pousr]_\w{16,}|github_pat_\w{16,}/,
    source:
      "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats",
  },
  {
    id: "gitlab-token",
    form: /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-[\w.-]{20,}/,
    part: /gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-[\w.-]{16,}/,
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
  },
  {
    id: "slack-token",
    form: /\bxox[abeoprs]-[\w-]{10,}|\bxapp-\d-[\w-]{10,}|hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{16,}/,
    part: /xox[a-z]-[\w-]{10,}|xapp-\d-[\w-]{10,}|hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{16,}/,
    source: "https://docs.slack.dev/authentication/tokens",
  },
  {
    id: "stripe-key",
    form: /\b(?:[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,})/,
    source: "https://docs.stripe.com/keys",
  },
  {
    id: "sendgrid-key",
    form: /\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])/,
    source: "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
  },
  {
    id: "npm-token",
    form: /\bnpm_[A-Za-z0-9]{36}\b/,
    source: "https://github.blog/security/application-security/announcing-npms-new-access-token-format/",
  },
  { id: "pypi-token", form: /\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}/, source: "https://pypi.org/help/#apitoken" },
  {
    id: "openai-key",
    form: /\bsk-(?:proj-|svcacct-|admin-)?[\w-]{16,}T3BlbkFJ[\w-]{16,}/,
    source: "https://platform.openai.com/docs/api-reference/authentication",
  },
  {
    id: "anthropic-key",
    form: /\bsk-ant-[a-z]+\d\d-[\w-]{32,}/,
    source: "https://docs.anthropic.com/en/api/overview",
  },
  {
    id: "azure-key",
    form: /\b(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{43,}={1,2}/,
    source: "https://learn.microsoft.com/en-us/azure/storage/common/storage-configure-connection-string",
  },
  {
    id: "vault-token",
    form: /\bhv[sbr]\.[\w-]{24,}/,
    source: "https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes",
  },
  {
    id: "terraform-token",
    form: /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}/,
    source: "https://developer.hashicorp.com/terraform/cloud-docs/api-docs#authentication",
  },
  {
    id: "digitalocean-token",
    form: /\bdo[por]_v1_[0-9a-f]{64}\b/,
    source: "https://docs.digitalocean.com/reference/api/",
  },
  {
    id: "databricks-token",
    form: /\bdapi[0-9a-f]{32}(?:-\d)?\b/,
    source: "https://docs.databricks.com/aws/en/dev-tools/auth/pat",
  },
  {
    id: "shopify-token",
    form: /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b/,
    source: "https://shopify.dev/docs/apps/build/authentication-authorization",
  },
  {
    id: "grafana-token",
    form: /\bgl(?:sa|c)_[\w+/=]{32,}/,
    source: "https://grafana.com/docs/grafana/latest/administration/service-accounts/",
  },
  {
    id: "new-relic-key",
    form: /\bNRAK-[A-Z0-9]{27}\b/,
    source: "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
  },
  {
    id: "hugging-face-token",
    form: /\bhf_[A-Za-z]{34}\b/,
    source: "https://huggingface.co/docs/hub/security-tokens",
  },
  { id: "telegram-token", form: /\b\d{8,10}:AA[\w-]{33}(?![\w-])/, source: "https://core.telegram.org/bots/api" },
  {
    id: "url-password",
    // A reference, a placeholder, or a mask is no password.
    form: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'<>]*:(?![$<{[*%]|x+@|\.\.\.)[^\s/@"'<>]{1,256}@/i,
    part: /:\/\/[^\s/@:]*:[^\s/@]+@/,
    source: "RFC 3986, 3.2.1",
  },
];

/** Forms that logs and reviews withhold and config cannot refuse: they are too short for that, or of this program. */
const PARTS: readonly RegExp[] = [
  // A JWT or a JWE whose header has white space after its brace.
  /(?<![A-Za-z0-9])(?:eyA|ew[o0k])[\w-]{6,}(?:\.[\w-]*)+/,
  // The signed request of an AWS principal.
  /aws-iam\.[\w-]{6,}/,
  // AWS session tokens, which begin with the base64 of a fixed header.
  /(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|AQo[A-Z])[\w+/=-]{16,}/,
  // Google's refresh tokens.
  /1\/\/0[\w-]{16,}/,
];

/** Each form of a credential, or of a part of one, to find all in a text. */
export const WITHHELD_FORMS: readonly RegExp[] = [...CREDENTIALS.map(({ form, part = form }) => part), ...PARTS].map(
  ({ source, flags }) => new RegExp(source, `g${flags}`),
);

/** Each text with such a form matches one of these. Most texts match none, and testing them takes microseconds. */
export const WITHHELD_SIGNS: readonly RegExp[] = [
  /PRIVATE\s+KEY|A[KS]IA|AIza|GOCSPX|ya29\.|ey[AJ]|ew[o0k]|gh[pousr]_|github_pat|gl[a-z]{1,5}[-_]|xox[a-z]-|xapp-|\.slack\./,
  /\b[rs]k_|whsec_|\bSG\.|\bnpm_|pypi-A|\bsk-|[st]Key=|\bhv[brs]\.|atlasv1|\bdo[opr]_v1|dapi|\bshp|NRAK-|\bhf_|:AA/,
  /aws_?secret/i,
  /aws-iam\.|IQoJ|F[Qw]oG|AQo|1\/\/0|:\/\/[^\s/@:]*:[^\s/@]*@/,
];

/** Where a text has a credential. Holds nothing of the credential itself. */
export interface FoundCredential {
  readonly kind: string;
  /** Position of its first character. */
  readonly at: number;
}

/** Matches if some kind may match: most texts have none of these characters together. */
const MAY_MATCH = new RegExp(CREDENTIALS.map(({ form }) => `(?:${form.source})`).join("|"), "i");

/** Each credential of a text, in order. */
export function credentialsIn(text: string): readonly FoundCredential[] {
  if (!MAY_MATCH.test(text)) return [];
  const found = CREDENTIALS.flatMap(({ id, form }) =>
    [...text.matchAll(new RegExp(form.source, `g${form.flags}`))].map(({ index }) => ({ kind: id, at: index })),
  );
  return found.sort((one, other) => one.at - other.at);
}

/** The text without its credentials: messages quote values of config. */
export function withoutCredentials(text: string): string {
  if (!MAY_MATCH.test(text)) return text;
  return CREDENTIALS.reduce(
    (left, { id, form }) => left.replace(new RegExp(form.source, `g${form.flags}`), `[${id}]`),
    text,
  );
}

/** Fewest characters of a text that may be a random secret. */
const RANDOM_CHARACTERS = 20;

/** Bits of a character from which a text looks random. Words have about 3; base64 of random bytes has more than 4. */
const RANDOM_BITS = 4;

/**
 * Whether a text looks like a random secret: one word of letters, digits and base64's signs, mixed, with much entropy.
 * Digests, ids, versions and names of resources have less, or another form.
 */
export function looksRandom(text: string): boolean {
  if (text.length < RANDOM_CHARACTERS || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return false;
  // Random texts of this length have several digits, and no word.
  const isMixed = [/[a-z]/, /[A-Z]/, /\d.*\d/].every((each) => each.test(text)) && !/[a-z]{7}/.test(text);
  return isMixed && entropy(text) >= RANDOM_BITS;
}

/** Shannon's entropy, in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length;
    return sum - share * Math.log2(share);
  }, 0);
}
