// One variant of a client. Told how many requests to make, it answers what CPU time they took.
import { answerWith } from '../lib/client-loop.mjs';
import { variants } from './variants.mjs';

const { variant, ports } = JSON.parse(process.argv[2]);
answerWith(await variants[variant](ports));
