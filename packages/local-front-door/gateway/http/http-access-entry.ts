import type { LocalAnswer } from "../../net/local-http";
import { AccessEntry } from "../shared/access-entry";
import { type AccessRecord, logVariables } from "../shared/access-log";
import { domainNameOf } from "../shared/domain-name";
import { headBytes } from "../shared/size-limits";
import type { OwnAnswer } from "./own-answer";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
export const HTTP_VARIABLES = logVariables(["dataProcessed", "integrationErrorMessage", "routeKey"]);

/** An HTTP API's log values of one request. */
export class HttpAccessEntry extends AccessEntry {
  path: string | undefined;
  routeKey: string | undefined;

  record(answer: LocalAnswer | OwnAnswer, now: number): AccessRecord {
    const { headers, method } = this.incoming;
    const host = headers.host && domainNameOf(headers.host);
    const responseLength = answer.bytes?.length ?? Buffer.byteLength(answer.body);
    return {
      ...this.variables(answer, responseLength, now),
      dataProcessed: headBytes(this.incoming) + Number(headers["content-length"] ?? 0) + responseLength,
      domainName: host,
      domainPrefix: host?.split(".")[0],
      extendedRequestId: this.requestId,
      httpMethod: method,
      "identity.sourceIp": this.sourceIp,
      "identity.userAgent": headers["user-agent"],
      integrationErrorMessage: this.integration.error,
      path: this.path,
      protocol: "HTTP/1.1",
      requestId: this.requestId,
      requestTimeEpoch: this.startedAt,
      routeKey: this.routeKey,
      stage: "$default",
    };
  }
}
