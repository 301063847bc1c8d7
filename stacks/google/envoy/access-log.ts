import { CALLER_NAMESPACE } from "./caller-headers";
import { type JsonObject, typed } from "./json";

/** Maximum length of a path in a log line, in characters. The caller controls the path. */
const PATH_CHARACTERS = 512;

/**
 * One line of JSON per request on standard output. It contains no query, no claim, and no header that could hold a
 * token. Names come from the config; only the path is the caller's. `trace` links it to Cloud Run's own log line of the
 * request.
 */
export function accessLog(project: string): JsonObject {
  return {
    name: "stdout",
    typed_config: typed("access_loggers.stream.v3.StdoutAccessLog", {
      log_format: {
        json_format: {
          "logging.googleapis.com/trace": `projects/${project}/traces/%REQ(X-CLOUD-TRACE-CONTEXT):32%`,
          requestId: "%REQ(X-REQUEST-ID):64%",
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
