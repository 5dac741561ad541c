import { strict as assert } from 'node:assert';
import { X509Certificate } from 'node:crypto';
import { certificateHash } from '@inmesh/engine';
import { generate } from 'selfsigned';
import { isWelcome } from '../src/tls/is-welcome.js';
import { readTlsTerms } from '../src/tls/tls-terms.js';

const certificate = async (): Promise<X509Certificate> => {
  const { cert } = await generate(
    [
      { name: 'countryName', value: 'DE' },
      { name: 'organizationName', value: 'Shop <Inc>' },
      { name: 'commonName', value: 'client.test' },
    ],
    {
      algorithm: 'sha256',
      extensions: [
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: 'client.test' },
            { type: 6, value: 'spiffe://cluster.local/ns/app/sa/web' },
            { type: 7, ip: '10.0.0.1' },
          ],
        },
      ],
    },
  );
  return new X509Certificate(cert);
};
const terms = {
  required: true,
  authority: undefined,
  subjectAltNames: [],
  hashes: [],
  keyHashes: [],
  revokedFile: undefined,
};

describe('the certificate of a client', () => {
  it('is welcome when one of its names is asked for, or when its hash is', async () => {
    const own = await certificate();
    const hash = certificateHash(own);
    assert.equal(isWelcome(own, terms), true);
    assert.equal(
      isWelcome(own, { ...terms, subjectAltNames: ['x', 'spiffe://cluster.local/ns/app/sa/web'] }),
      true,
    );
    assert.equal(isWelcome(own, { ...terms, subjectAltNames: ['CLIENT.test'] }), false);
    assert.equal(isWelcome(own, { ...terms, hashes: [hash] }), true);
    assert.equal(isWelcome(own, { ...terms, hashes: ['00'] }), false);
  });
});

describe('the terms of TLS', () => {
  const context = (typedConfig: object) => ({
    transportSocket: {
      name: 'tls',
      typedConfig: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
        ...typedConfig,
      },
    },
  });

  it('are none for a chain in clear text', () => {
    assert.equal(readTlsTerms({}), undefined);
  });

  it('ask nothing of clients where no certificate is validated, and have Envoy’s defaults', () => {
    const read = readTlsTerms(
      context({ commonTlsContext: { tlsCertificateSdsSecretConfigs: [{ name: 'a' }] } }),
    );
    assert.equal(read?.client, undefined);
    assert.equal(read?.minVersion, 'TLSv1.2');
    assert.equal(read?.maxVersion, 'TLSv1.3');
    assert.deepEqual(read?.certificates, ['a']);
  });

  it('ask for a certificate where one is validated, also where none is required', () => {
    const read = readTlsTerms(
      context({
        commonTlsContext: {
          combinedValidationContext: {
            defaultValidationContext: { matchSubjectAltNames: [{ exact: 'x' }] },
            validationContextSdsSecretConfig: { name: 'ca' },
          },
        },
      }),
    );
    assert.deepEqual(read?.client, { ...terms, required: false, authority: 'ca', subjectAltNames: ['x'] });
  });
});
