/** Quotas of a regional REST API. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
export const MOST_HEAD_BYTES = 10_240;
export const MOST_BODY_BYTES = 10_000_000;

/**
 * How long an integration may take. An account can ask for more than 29 seconds; nothing here knows whether it did.
 * Streams: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
 */
export const TIMEOUT_MILLISECONDS = { least: 50, most: 29_000, mostOfStreams: 900_000 } as const;

/** How long a stream of a regional API may be silent. */
export const STREAM_IDLE_MILLISECONDS = 300_000;
