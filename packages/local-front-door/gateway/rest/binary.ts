import { Buffer } from "node:buffer";

/**
 * Whether a body of this media type passes as it is.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 *
 * @param mediaType with or without parameters. Default: application/json
 */
export function isBinary(mediaType = "application/json", binaryMediaTypes: readonly string[]): boolean {
  const [type = ""] = mediaType.split(";");
  return binaryMediaTypes.some((each) => each === "*/*" || each === type.trim());
}

/** The bytes, or what is left of them once they were taken for text in UTF-8. */
export function asBinary(given: { readonly body: string; readonly bytes?: Uint8Array }, binary: boolean): Buffer {
  return binary && given.bytes !== undefined ? Buffer.from(given.bytes) : Buffer.from(given.body);
}
