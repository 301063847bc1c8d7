/** What the ledger consists of, and what each part tells. */
export const LEDGER_PARTS = {
  routes: "who may call which route, what decides on it, and as whom the service is then called",
  openings: "what is open beside the routes: pages of other origins, preflights, gateway answers, addresses",
  usage: "what a caller may use up at most",
  callers:
    "who may become a caller: sign-up, app clients, issuers and the tokens that count, and who else decides on them",
  aws: "every statement of every policy in AWS: trust, permissions, resource policies, who may invoke a function, and as which role it runs",
  google:
    "every grant in Google Cloud: the federation, each member of each binding, what a service asks of who comes in, and as which account it runs",
  unread: "what could give something and is not read, by its address",
  auditors: "who reads the logs of either cloud, and whether that is all",
} as const;

export type LedgerPart = keyof typeof LEDGER_PARTS;
