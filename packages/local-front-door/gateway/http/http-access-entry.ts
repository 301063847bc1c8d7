import type { LocalAnswer } from "../../net/local-http";
import { AccessEntry, type AccessReaders, type Answered } from "../shared/access-entry";
import { type AccessValues, logVariables } from "../shared/access-log";
import { domainNameOf } from "../shared/domain-name";
import { headBytes } from "../shared/size-limits";
import type { OwnAnswer } from "./own-answer";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
export const HTTP_VARIABLES = logVariables(["dataProcessed", "integrationErrorMessage", "routeKey"]);

/** An HTTP API's log values of one request. */
export class HttpAccessEntry extends AccessEntry {
  path: string | undefined;
  routeKey: string | undefined;

  /** @param at milliseconds since 1970 */
  values(answer: LocalAnswer | OwnAnswer, at: number): AccessValues {
    const responseLength = answer.bytes?.length ?? Buffer.byteLength(answer.body);
    const answered: Answered = { answer, responseLength, at };
    return (variable) => {
      const read = OF_HTTP[variable];
      return read === undefined ? this.value(variable, answered) : read(this, answered);
    };
  }

  get host(): string | undefined {
    const { host } = this.incoming.headers;
    return host && domainNameOf(host);
  }
}

const OF_HTTP: AccessReaders<HttpAccessEntry> = {
  dataProcessed: ({ incoming }, { responseLength }) =>
    headBytes(incoming) + Number(incoming.headers["content-length"] ?? 0) + responseLength,
  domainName: ({ host }) => host,
  domainPrefix: ({ host }) => host?.split(".")[0],
  extendedRequestId: ({ requestId }) => requestId,
  httpMethod: ({ incoming }) => incoming.method,
  "identity.sourceIp": ({ sourceIp }) => sourceIp,
  "identity.userAgent": ({ incoming }) => incoming.headers["user-agent"],
  integrationErrorMessage: ({ integration }) => integration.error,
  path: ({ path }) => path,
  protocol: () => "HTTP/1.1",
  requestId: ({ requestId }) => requestId,
  requestTimeEpoch: ({ startedAt }) => startedAt,
  routeKey: ({ routeKey }) => routeKey,
  stage: () => "$default",
};
