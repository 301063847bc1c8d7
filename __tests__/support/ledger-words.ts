import { accessLedger } from "../../packages/terraform-access-review/access/ledger";
import type { RowChange } from "../../packages/terraform-access-review/model/change";
import type { AccessRow } from "../../packages/terraform-access-review/model/row";
import { type RowWords, rowWords } from "../../packages/terraform-access-review/render/words";
import { compareText } from "../../packages/terraform-access-review/terraform-json/order";

/** A row as people read it, and as data. */
export interface ReadRow extends RowWords {
  readonly row: AccessRow;
}

/** Rows as people read them, in the ledger's order. */
export function inWords(rows: readonly AccessRow[]): readonly ReadRow[] {
  const key = ({ principal, resource, permission, condition }: RowWords) =>
    [principal, resource, permission, condition].join("\u0000");
  return rows.map((row) => ({ ...rowWords(row), row })).sort((a, b) => compareText(key(a), key(b)));
}

/** The ledger of a stack as people read it. */
export function ledgerInWords(...of: Parameters<typeof accessLedger>): readonly ReadRow[] {
  return inWords(accessLedger(...of));
}

/** A row of the ledger: by default, `customers/web` may call `GET /orders` of the service `shop`. */
export function rowOf(own: Partial<AccessRow> = {}): AccessRow {
  return {
    effect: "allow",
    principal: { kind: "caller", name: "customers/web" },
    action: { kind: "call", key: "GET /orders" },
    resource: { kind: "resource", type: "google_cloud_run_v2_service", name: "shop" },
    conditions: [],
    from: { address: "aws_apigatewayv2_route.orders", argument: "" },
    ...own,
  };
}

/** The cells of the row that a change gains, or else loses. */
export function wordsOf(change: RowChange): RowWords {
  return rowWords((change.after ?? change.before) as AccessRow);
}
