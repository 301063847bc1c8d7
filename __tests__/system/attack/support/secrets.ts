import {
  headerValues,
  type LocalAnswer,
  type LocalRequest,
} from "../../../../packages/local-front-door/net/local-http";

/** Shorter strings may be in a log by chance. */
const TELLING_CHARACTERS = 12;

/** Every secret that the suite uses. None of them may ever be printed. */
export class Secrets {
  private readonly values = new Set<string>();

  add(...values: readonly string[]): void {
    for (const value of values) if (value.length >= TELLING_CHARACTERS) this.values.add(value);
  }

  /** Adds a token and each of its parts. */
  addToken(token: string): void {
    this.add(token, ...token.split("."));
  }

  /** Adds the secrets that the artefact sends to a cloud, and those in the answer. */
  noteExchange(request: LocalRequest, answer: LocalAnswer): void {
    const sent = headerValues(request, "authorization").flatMap((value) => value.split(/[ =,]/));
    this.add(...headerValues(request, "x-amz-security-token"), ...sent.filter((part) => part.length > 30));
    const xml = /<(SecretAccessKey|SessionToken|AccessKeyId)>\s*([^<]+?)\s*</g;
    for (const [, , value = ""] of answer.body.matchAll(xml)) this.add(value);
    for (const [, , value = ""] of answer.body.matchAll(/"(access_token|token)":"([^"]+)"/g)) this.addToken(value);
    for (const [, value = ""] of request.body.matchAll(/"subjectToken":"([^"]+)"/g)) {
      for (const [, hex = ""] of decodeURIComponent(value).matchAll(/Signature=([0-9a-f]{64})/g)) this.add(hex);
    }
  }

  get count(): number {
    return this.values.size;
  }

  /** Returns the secrets in the text, truncated so that a failing test does not print them. */
  foundIn(text: string): readonly string[] {
    return [...this.values].filter((value) => text.includes(value)).map((value) => `${value.slice(0, 6)}…`);
  }
}
