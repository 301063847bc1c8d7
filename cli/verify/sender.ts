import { type Answer, answerOf } from "./deployed/answer";
import type { Deployment } from "./deployed/deployment";
import { ECHO_MARK } from "./deployed/echo";
import type { Clock, HttpClient } from "./deployed/outside";
import type { Tokens } from "./deployed/tokens";
import type { ProbeRequest } from "./probes/probe";

/** Minimum time between two requests, in milliseconds: far below any useful throttle. */
export const PAUSE_MILLISECONDS = 250;

/** A token that no issuer has signed. It has the form of a token, so that no earlier check of the form refuses it. */
const JUNK = "junk.junk.junk";

export interface SenderProps {
  readonly deployment: Deployment;
  readonly tokens: Tokens;
  readonly client: HttpClient;
  readonly clock: Clock;
}

/** Sends the probes' requests, one after another, to the addresses of one deployment and nowhere else. */
export class Sender {
  private earliest = 0;

  constructor(private readonly props: SenderProps) {}

  async send(request: ProbeRequest): Promise<Answer> {
    const { clock, client } = this.props;
    await clock.sleep(Math.max(0, this.earliest - clock.now()));
    this.earliest = clock.now() + PAUSE_MILLISECONDS;
    return answerOf(await client({ method: request.method, ...this.address(request), headers: this.headers(request) }));
  }

  private address({ to, path }: ProbeRequest): { origin: string; path: string } {
    const { gateway, services } = this.props.deployment;
    if (to === "gateway") return { origin: gateway.origin, path: `${gateway.basePath}${path}` };
    const origin = services[to.service];
    if (origin === undefined) throw new Error(`no service ${to.service} in this deployment`);
    return { origin, path };
  }

  private headers({ as, credentialHeader = "Authorization", headers, method }: ProbeRequest): Record<string, string> {
    const token = as === undefined ? undefined : as === "junk" ? JUNK : this.props.tokens[as];
    if (as !== undefined && token === undefined) throw new Error(`a probe was planned without ${as}`);
    return {
      "user-agent": "front-door-verify",
      // A preflight names the headers that will be sent. This header is not one of them.
      ...(method === "GET" && { [ECHO_MARK]: "1" }),
      ...headers,
      ...(token !== undefined && { [credentialHeader]: `Bearer ${token}` }),
    };
  }
}
