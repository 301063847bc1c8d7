import { frontDoor } from "cloud-front-door";
import { shortLogs } from "./log-retention";
import { orderEvents } from "./order-events";
import { ordersTable } from "./orders-table";
import { tableAccess } from "./table-access";

export default frontDoor({
  extend: (stack) => {
    ordersTable(stack);
    orderEvents(stack);
  },
  rules: [shortLogs(90)],
  access: [tableAccess],
});
