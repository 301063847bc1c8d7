import { REQUEST_ID_HEADER } from "../caller-headers";
import { AWS_TRACE_HEADER, CLOUD_TRACE_FIELD, CLOUD_TRACE_HEADER, LOG_IDS, TRACEPARENT_HEADER } from "../trace-context";
import { CALLER_NAMESPACE } from "./caller-headers";
import { type JsonObject, typed } from "./json";

/** Maximum length of a path in a log line, in characters. The caller controls the path. */
const PATH_CHARACTERS = 512;

/**
 * One line of JSON per request on standard output. It contains no query, no claim, and no header that could hold a
 * token. Names come from the config; only the path and the ids are the caller's, each cut to a maximum length. The ids
 * link the line to Cloud Run's own, to the gateway's, and to the caller's trace.
 */
export function accessLog(project: string): JsonObject {
  return {
    name: "stdout",
    typed_config: typed("access_loggers.stream.v3.StdoutAccessLog", {
      log_format: {
        json_format: {
          [CLOUD_TRACE_FIELD]: `projects/${project}/traces/${header(CLOUD_TRACE_HEADER, 32)}`,
          [LOG_IDS.request]: header(REQUEST_ID_HEADER, 64),
          [TRACEPARENT_HEADER]: header(TRACEPARENT_HEADER, 55),
          // `Root=1-67891233-abcdef012345678912345678`
          [LOG_IDS.xray]: header(AWS_TRACE_HEADER, 40),
          method: "%REQ(:METHOD):16%",
          path: `%PATH(NQ:PATH):${PATH_CHARACTERS}%`,
          route: "%ROUTE_NAME%",
          status: "%RESPONSE_CODE%",
          why: "%RESPONSE_CODE_DETAILS%",
          flags: "%RESPONSE_FLAGS%",
          milliseconds: "%DURATION%",
          client: `%DYNAMIC_METADATA(${CALLER_NAMESPACE}:client)%`,
          issuer: `%DYNAMIC_METADATA(${CALLER_NAMESPACE}:issuer)%`,
        },
      },
    }),
  };
}

/** Envoy's command for the value of a request header, cut to a number of characters. */
function header(name: string, characters: number): string {
  return `%REQ(${name.toUpperCase()}):${characters}%`;
}
