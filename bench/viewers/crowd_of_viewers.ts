/** So many viewers of the events of a phone, as a process: says each second how much came to them. */
import process from "node:process";

const [url, count] = process.argv.slice(2);
let bytes = 0;

async function view(): Promise<void> {
  const { body, status } = await fetch(`${url}/events?calls=*&levels=1`);
  if (status !== 200) throw new Error(`The phone answers a viewer with ${status}`);
  for await (const part of body!) bytes += part.length;
}

for (let i = 0; i < Number(count); i++) {
  view().catch((error) => {
    process.stderr.write(`${error}\n`);
    process.exit(1);
  });
}
setInterval(() => process.stdout.write(`bytes: ${bytes}\n`), 1000);
