import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';

/** One small world with what istiod and Envoy made of it. */
export interface ConformanceCase {
  readonly area: string;
  readonly name: string;
  /** The YAML file. */
  readonly file: string;
  readonly testCase: TestCase;
  readonly istiod: IstiodRecording;
  /** Absent where only the translation or the verdict counts. */
  readonly envoy: ExchangeRecording | undefined;
}

/** What `<name>.yaml` says, as far as the runner reads it; the rest is the grader's. */
export interface TestCase {
  readonly name: string;
  readonly proxy: {
    readonly type: 'sidecar' | 'router';
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly locality?: string;
  };
  readonly mesh?: Readonly<Record<string, unknown>>;
  readonly config?: string;
  readonly kubernetes?: string;
  readonly inbound?: boolean;
  readonly steps?: readonly Step[];
  /** Steps, counted from 1, that a call inside a process may skip, with the reason. */
  readonly exempt?: Readonly<Record<number, string>>;
}

export interface Step {
  readonly send?: { readonly upgrade?: string; readonly giveUpMs?: number };
  readonly grpc?: object;
  readonly wait?: number;
}

/** What istiod said and generated. Without the four lists, only the verdict counts. */
export interface IstiodRecording extends Translation {
  readonly validation?: readonly Verdict[];
}

export interface Translation {
  readonly listeners?: readonly unknown[];
  readonly routes?: readonly unknown[];
  readonly clusters?: readonly unknown[];
  readonly endpoints?: readonly unknown[];
}

export interface Verdict {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly errors?: readonly string[];
}

export interface ExchangeRecording {
  readonly steps: readonly unknown[];
}

/**
 * The YAML files of the cases below `dir`: `<area>/<name>.yaml`, also where `dir` has a folder `cases`, or is an
 * area itself. `only` keeps those whose `area/name` contains it.
 */
export function findCases(dir: string, only = ''): readonly string[] {
  const root = resolve(existsSync(join(dir, 'cases')) ? join(dir, 'cases') : dir);
  const areas = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [root, ...areas.map(({ name }) => join(root, name))]
    .flatMap((area) => readdirSync(area).map((file) => join(area, file)))
    .filter((file) => file.endsWith('.yaml') && hasRecording(file))
    .filter((file) => `${areaOf(file)}/${nameOf(file)}`.includes(only))
    .sort();
}

export function loadCase(file: string): ConformanceCase {
  return {
    area: areaOf(file),
    name: nameOf(file),
    file,
    testCase: parse(readFileSync(file, 'utf8')),
    istiod: readRecording(file, 'istiod') ?? {},
    envoy: readRecording(file, 'envoy'),
  };
}

const areaOf = (file: string): string => basename(dirname(file));
const nameOf = (file: string): string => basename(file, '.yaml');

type Recorder = 'istiod' | 'envoy';
const recordingOf = (file: string, by: Recorder): string => file.replace(/\.yaml$/, `.${by}.json`);
const hasRecording = (file: string): boolean =>
  existsSync(recordingOf(file, 'istiod')) || existsSync(recordingOf(file, 'envoy'));

function readRecording<By extends Recorder>(file: string, by: By): ConformanceCase[By] | undefined {
  const recording = recordingOf(file, by);
  return existsSync(recording) ? JSON.parse(readFileSync(recording, 'utf8')) : undefined;
}
