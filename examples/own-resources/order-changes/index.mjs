/** Receives each change of the table, in batches. */
export async function handler({ Records }) {
  for (const { eventName, dynamodb } of Records) console.log(eventName, JSON.stringify(dynamodb.Keys));
}
