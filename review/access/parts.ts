/** What the ledger consists of, and what each part tells. */
export const LEDGER_PARTS = {
  routes: "who may call which route, and what decides on it",
  openings: "what is open beside the routes: pages of other origins, preflights, gateway answers, addresses",
  usage: "what a caller may use up at most",
  callers: "who may become a caller: sign-up, app clients, issuers and the tokens that count",
  aws: "every statement of every policy in AWS: trust, permissions, resource policies, who may invoke a function",
  google:
    "every grant in Google Cloud: the federation, each member of each binding, what a service asks of who comes in",
  auditors: "who reads the logs of either cloud, and whether that is all",
} as const;

export type LedgerPart = keyof typeof LEDGER_PARTS;
