import { CALLER_NAMESPACE } from "./caller-headers";
import { type JsonObject, typed } from "./json";

/** Longest path in a log line, in characters: a caller writes it. */
const PATH_CHARACTERS = 512;

/**
 * One line of JSON a request on standard output. No query, no header that could hold a token, no claim: what is named here
 * is the config's, the path is the caller's. `trace` joins it to Cloud Run's own line of the same request.
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
