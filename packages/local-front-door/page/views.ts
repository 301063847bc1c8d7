import type { Hop } from "../trace/hop";
import type { SeenRequest } from "../trace/request-log";
import { HOP_TITLES } from "./hop-titles";

/** What the authorizer says where no caller was asked for. */
const NONE = "-";

/** A request in the page's list. */
export function summaryOf({ hops, presented, answer, client: named, ...request }: SeenRequest) {
  const refusal = refusalOf({ hops, answer });
  const client = named ?? answer?.client;
  return {
    ...request,
    ...answer,
    caller: client === NONE ? "anyone" : (client ?? presentedBy(presented)),
    ...(refusal && { refusedAt: HOP_TITLES[refusal.at].title }),
  };
}

/** Everything the page says of one request. */
export function detailsOf(request: SeenRequest) {
  const { hops, presented } = request;
  return {
    ...summaryOf(request),
    presented,
    refusal: refusalOf(request),
    hops: hops.map((hop) => ({ ...hop, ...HOP_TITLES[hop.at] })),
  };
}

/** The first no is the cause: what comes after it follows from it. A request that succeeded has none. */
function refusalOf({ hops, answer }: Pick<SeenRequest, "hops" | "answer">): Hop | undefined {
  if (answer === undefined || answer.status < 400) return undefined;
  return hops.find(({ allowed }) => !allowed);
}

/** The bearer's name in an unverified token. */
function presentedBy(claims: SeenRequest["presented"]): string | undefined {
  const name = claims?.client_id ?? claims?.azp ?? claims?.sub;
  return typeof name === "string" ? `${name} (unverified)` : undefined;
}
