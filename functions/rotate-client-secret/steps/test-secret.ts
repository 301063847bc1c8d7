import { ownClientSecret } from "../rotation/client-credentials";
import type { Done, Rotation } from "../rotation/rotation";
import { pendingOf } from "../rotation/rotation";
import { RotationError } from "../rotation/rotation-error";
import type { Settings } from "../rotation/settings";
import type { TokenClaims } from "../rotation/token-endpoint";

/** Pauses before further attempts, in milliseconds: Cognito may take a moment to accept a new secret everywhere. */
const PAUSES = [500, 1000, 2000, 4000, 8000];

/** Gets a token with the new value, as a caller would, and checks its scopes and client. */
export async function testSecret(rotation: Rotation): Promise<Done> {
  const { settings, endpoint, pause } = rotation;
  const value = ownClientSecret((await pendingOf(rotation)).text, "AWSPENDING", settings);
  let claims = await endpoint.tokenFor(value);
  for (const milliseconds of PAUSES) {
    if (claims !== undefined) break;
    await pause(milliseconds);
    claims = await endpoint.tokenFor(value);
  }
  if (claims === undefined) {
    throw new RotationError(
      "Cognito gives no token for the new secret",
      "start the rotation again; the current secret still works",
    );
  }
  requireOwnToken(claims, settings);
  return "opens";
}

function requireOwnToken({ client_id, token_use, scope }: TokenClaims, settings: Settings): void {
  const given = typeof scope === "string" ? scope.split(" ") : [];
  const missing = settings.scope.split(" ").filter((each) => !given.includes(each));
  const fault =
    (client_id !== settings.clientId && "is of another client") ||
    (token_use !== "access" && "is no access token") ||
    (missing.length > 0 && `lacks the scopes ${missing.join(", ")}`);
  if (!fault) return;
  throw new RotationError(
    `the token for the new secret ${fault}`,
    "apply the environment again: app client and function differ",
  );
}
