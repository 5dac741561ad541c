// One variant of a client. Told how many requests to make, it answers what CPU time they took.
import { variants } from './variants.mjs';

const { variant, ports } = JSON.parse(process.argv[2]);
const request = await variants[variant](ports);

process.on('message', async ({ requests, concurrency }) => {
  let left = requests;
  const lane = async () => {
    while (left-- > 0) await request();
  };
  const wall = process.hrtime.bigint();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: concurrency }, lane));
  const { user, system } = process.cpuUsage(before);
  process.send({ cpuMicros: user + system, wallMicros: Number(process.hrtime.bigint() - wall) / 1e3 });
});
process.send({});
