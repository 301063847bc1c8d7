import { frontDoor } from "cloud-front-door";
import { shortLogs } from "./log-retention";
import { orderChanges } from "./order-changes";
import { orderEvents } from "./order-events";
import { ordersTable } from "./orders-table";
import { tableAccess } from "./table-access";

export default frontDoor({
  extend: (stack) => {
    orderChanges(stack, ordersTable(stack));
    orderEvents(stack);
  },
  rules: [shortLogs(90)],
  access: [tableAccess],
});
