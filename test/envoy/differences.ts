import { createCompiler } from '@inmesh/compiler';
import { createSnapshot, parseResources } from '@inmesh/config';
import { createWorkload } from '@inmesh/model';
import { type Application, type StartOptions, startApplication } from '../conformance/application.js';
import { certificatesDir } from '../conformance/certificates-dir.js';
import type { ExchangeRecording, TestCase, Translation } from '../conformance/conformance-case.js';
import { compareExchange } from '../conformance/grader/compare-exchange.mjs';
import { runCase } from '../conformance/grader/run-case.mjs';
import { rulesOf, workloadOf } from '../conformance/rules.js';
import { type RealEnvoy, startEnvoy } from './real-envoy.js';

/** What stands in the rules of a world for the folder of the certificates. */
const certificatesMark = `$\{CERTS}`;

/**
 * Runs one world twice, in a real Envoy on our translation and in a mesh of this process, against equal backends.
 * Answers with one line per difference.
 *
 * @throws {EnvoyRefusal} when Envoy does not accept our translation.
 */
export async function differencesOf(testCase: TestCase, seed: number): Promise<readonly string[]> {
  const expected = await recordEnvoy(testCase);
  const start = (options: StartOptions): Promise<Application> => startApplication(options, seed);
  const actual = await runCase(testCase, { certs: certificatesDir(), start });
  return compareExchange(actual, expected, testCase);
}

/** What a real Envoy does with our translation of the rules. */
export async function recordEnvoy(testCase: TestCase): Promise<ExchangeRecording> {
  const translation = translationOf(testCase);
  const start = (): Promise<RealEnvoy> => startEnvoy(translation);
  return runCase(testCase, { certs: certificatesDir(), start });
}

export function translationOf(testCase: TestCase): Translation {
  const { resources } = parseResources(
    rulesOf(testCase).replaceAll(certificatesMark, certificatesDir()),
    testCase.name,
  );
  const compiler = createCompiler({
    workload: createWorkload(workloadOf(testCase)),
    meshConfig: testCase.mesh ?? {},
  });
  compiler.update(createSnapshot(1, resources));
  // As it would travel: what JSON does not carry is not there.
  return JSON.parse(JSON.stringify(compiler.configDump()));
}
