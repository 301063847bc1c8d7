import { basename } from "node:path";
import { AWS_REGION, GOOGLE_REGION, ID } from "../../intent/model/patterns";
import { regionMeant } from "../../intent/model/regions";
import { mayBeEnvironment, RESERVED_NAMES } from "../../intent/source/environments";

/** The core that a project starts on: the original, or CDK Terrain, its maintained fork. */
const CORES = ["cdktf", "terrain"] as const;

export type Core = (typeof CORES)[number];

/** The answers that `init` needs. Lists have one entry for each environment. */
export interface Answers
  extends Readonly<Record<Exclude<Flag, "environments" | "awsAccount" | "googleProject" | "core">, string>> {
  readonly environments: readonly string[];
  readonly awsAccounts: readonly string[];
  readonly googleProjects: readonly string[];
  readonly core: Core;
}

/** Texts by the name of their flag, as the person entered them. */
export type GivenFlags = Readonly<Partial<Record<Flag, string>>>;

export interface Question {
  readonly flag: Flag;
  /** Shown in the help of the flag and as the terminal's question. */
  readonly text: string;
  /** Used with `--yes`, and offered as the default at a terminal. */
  readonly suggested: (given: GivenFlags, folder: string) => string;
  /** Returns the expected form if this text does not fit. */
  readonly fault: (text: string, given: GivenFlags) => string | undefined;
}

/** `issuer`: `cognito`, or the URL of an OIDC issuer. `handshake`: as in config, `federated` or `shared-issuer`. */
type Flag = "name" | "environments" | CloudFlag | "issuer" | "handshake" | "service" | "image" | "core";
type CloudFlag = "awsAccount" | "awsRegion" | "googleProject" | "googleRegion";

const words = (text: string) => text.split(",").map((each) => each.trim());

/** The questions, in the order of the terminal. The config's rules then check all answers together. */
export const QUESTIONS: readonly Question[] = [
  {
    flag: "name",
    text: "name, which starts the name of every resource",
    suggested: (_, folder) => wordOf(basename(folder)),
    fault: matching(ID, "lower-case words joined by dashes, as in my-api"),
  },
  {
    flag: "environments",
    text: "environments, separated by commas, in the order of deploys",
    suggested: () => "dev,prod",
    fault: (text) => {
      const names = words(text);
      if (!names.every((each) => ID.test(each))) return "names as in dev,prod";
      if (new Set(names).size < names.length) return "different names";
      return names.every(mayBeEnvironment)
        ? undefined
        : `none of ${RESERVED_NAMES.join(", ")}: they mean something else`;
    },
  },
  {
    flag: "awsAccount",
    text: "AWS account, 12 digits; or one for each environment, separated by commas",
    suggested: () => "111122223333",
    fault: (text, given) => countFault(text, given) ?? each(text, /^\d{12}$/, "12 digits"),
  },
  {
    flag: "awsRegion",
    text: "AWS region",
    suggested: () => "eu-west-1",
    fault: regionFault("aws", AWS_REGION, "a region of the commercial AWS partition, as in eu-west-1"),
  },
  {
    flag: "googleProject",
    text: "Google project; or one for each environment, separated by commas",
    suggested: ({ name = "", environments = "" }) =>
      words(environments)
        .map((environment) => `${name}-${environment}`)
        .join(","),
    fault: (text, given) =>
      countFault(text, given) ?? each(text, /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "project ids of 6 to 30 characters"),
  },
  {
    flag: "googleRegion",
    text: "Google region",
    suggested: () => "europe-west1",
    fault: regionFault("google", GOOGLE_REGION, "a Google Cloud region, as in europe-west1"),
  },
  {
    flag: "issuer",
    text: "who signs the callers' tokens: cognito, or the URL of an OIDC issuer",
    suggested: () => "cognito",
    fault: matching(/^(cognito|https:\/\/[^\s/]+\.[^\s/]+(\/\S*)?)$/, "cognito, or an https URL"),
  },
  {
    flag: "handshake",
    text: "how services trust calls: federated (Google's IAM) or shared-issuer (Envoy in front of each service)",
    suggested: () => "federated",
    fault: matching(/^(federated|shared-issuer)$/, "federated or shared-issuer"),
  },
  {
    flag: "service",
    text: "first service",
    suggested: () => "hello",
    fault: matching(ID, "lower-case words joined by dashes, as in orders"),
  },
  {
    flag: "image",
    text: "its container image",
    suggested: () => "us-docker.pkg.dev/cloudrun/container/hello:latest",
    fault: matching(/^[\w./-]+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/, "an image with its registry and a tag or digest"),
  },
  {
    flag: "core",
    text: "core: cdktf (the original, archived) or terrain (CDK Terrain, its maintained fork)",
    suggested: () => "cdktf",
    fault: (text) => (CORES.some((core) => core === text) ? undefined : CORES.join(" or ")),
  },
];

/** The default of a question; undefined if it does not fit, such as a project id of five characters. */
export function suggestion({ suggested, fault }: Question, given: GivenFlags, folder: string): string | undefined {
  const text = suggested(given, folder);
  return fault(text, given) === undefined ? text : undefined;
}

/** The answers, from texts that all have the right form. */
export function answersOf(given: Readonly<Record<Flag, string>>): Answers {
  const environments = words(given.environments);
  const forEach = (text: string) => (words(text).length === 1 ? environments.map(() => text.trim()) : words(text));
  const [awsAccounts, googleProjects] = [forEach(given.awsAccount), forEach(given.googleProject)];
  return { ...given, environments, awsAccounts, googleProjects, core: given.core as Core };
}

/** The nearest name that the config accepts: `My_API 2` becomes `my-api-2`. */
export function wordOf(text: string): string {
  const word = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[-\d]+|-+$/g, "");
  return ID.test(word) ? word.slice(0, 15).replace(/-$/, "") : "front-door";
}

function matching(pattern: RegExp, expected: string): Question["fault"] {
  return (text) => (pattern.test(text) ? undefined : expected);
}

function regionFault(cloud: "aws" | "google", form: RegExp, expected: string): Question["fault"] {
  return (text) => {
    if (form.test(text)) return undefined;
    const meant = regionMeant(cloud, text);
    return meant === undefined ? expected : `${expected}; did you mean ${meant}?`;
  };
}

function each(text: string, pattern: RegExp, expected: string): string | undefined {
  return words(text).every((part) => pattern.test(part)) ? undefined : expected;
}

function countFault(text: string, { environments = "" }: GivenFlags): string | undefined {
  const [count, wanted] = [words(text).length, words(environments).length];
  return count === 1 || count === wanted ? undefined : `one, or ${wanted}: one for each environment`;
}
