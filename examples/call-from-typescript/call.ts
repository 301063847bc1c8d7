import createClient from "openapi-fetch";
import type { paths } from "./front-door";

const client = createClient<paths>({
  baseUrl: process.env.FRONT_DOOR_URL,
  headers: { Authorization: `Bearer ${process.env.TOKEN}` },
});

// The compiler refuses a route, a method or a variable that the front door does not have.
const { data, error, response } = await client.GET("/orders/{id}", { params: { path: { id: "7" } } });
console.log(response.status, JSON.stringify(data ?? error));
