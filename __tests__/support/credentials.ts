const letters = (count: number) => "aB3dE5gH7jK9mN1pQ3sT5vW7yZ".repeat(12).slice(0, count);
const hex = (count: number) => "0123456789abcdef".repeat(20).slice(0, count);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** One credential of each kind. They are put together here, so that no file of the repository has one. */
export const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  "private-key": ["RSA ", "", "OPENSSH ", "EC "].map((type) => ["-----BEGIN", `${type}PRIVATE`, "KEY-----"].join(" ")),
  "aws-access-key": ["AKIA", "ASIA"].map((start) => `${start}QWERTYUIOP234567`),
  "aws-secret-key": [`AWS_SECRET_ACCESS_KEY: ${letters(40)}`, `aws_secret_key="${letters(38)}/+"`],
  "google-api-key": [`AIza${letters(35)}`],
  "google-client-secret": [`GOCSPX-${letters(28)}`],
  "google-access-token": [`ya29.${letters(60)}`],
  jwt: [`${part({ alg: "HS256" })}.${part({ sub: "ann", aud: "x" })}.${letters(43)}`],
  "github-token": [...["p", "o", "u", "s", "r"].map((kind) => `gh${kind}_${letters(36)}`), `github_pat_${letters(82)}`],
  "gitlab-token": [`glpat-${letters(20)}`, `gldt-${letters(20)}`],
  "slack-token": [`xoxb-12345678901-${letters(24)}`, `https://hooks.slack.com/services/T0A/B0B/${letters(24)}`],
  "stripe-key": [`sk_live_${letters(24)}`, `rk_test_${letters(24)}`, `whsec_${letters(32)}`],
  "sendgrid-key": [`SG.${letters(22)}.${letters(43)}`],
  "npm-token": [`npm_${letters(36)}`],
  "pypi-token": [`pypi-AgEIcHlwaS5vcmc${letters(60)}`],
  "openai-key": [`sk-proj-${letters(20)}T3BlbkFJ${letters(20)}`],
  "anthropic-key": [`sk-ant-api03-${letters(80)}`],
  "azure-key": [`AccountName=x;AccountKey=${letters(86)}==;EndpointSuffix=core.windows.net`],
  "vault-token": [`hvs.${letters(24)}`],
  "terraform-token": [`${letters(14)}.atlasv1.${letters(60)}`],
  "digitalocean-token": [`dop_v1_${hex(64)}`],
  "databricks-token": [`dapi${hex(32)}`],
  "shopify-token": [`shpat_${hex(32)}`],
  "grafana-token": [`glsa_${letters(32)}_0a1b2c3d`],
  "new-relic-key": [`NRAK-${letters(27).toUpperCase()}`],
  "hugging-face-token": [`hf_${"aBcDeFgHiJ".repeat(4).slice(0, 34)}`],
  "telegram-token": [`123456789:AA${letters(33)}`],
  "url-password": ["postgres", "https", "amqp", "redis", "mongodb+srv"].map(
    (scheme) => `${scheme}://ann:pass${1}word@db.example.net/x`,
  ),
};
