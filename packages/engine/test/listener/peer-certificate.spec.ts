import { strict as assert } from 'node:assert';
import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { alternativeNames, describePeer } from '../../src/listener/peer-certificate.js';

describe('the certificate of a caller', () => {
  it('has its names by their kinds', async () => {
    const { dns, uris, others } = alternativeNames(await certificate());
    assert.deepEqual(dns, ['client.test']);
    assert.deepEqual(uris, ['spiffe://cluster.local/ns/app/sa/web']);
    assert.deepEqual(others, ['10.0.0.1']);
  });

  it('is told of with the most special part of its subject first, what could be taken for its syntax escaped', async () => {
    const peer = describePeer(await certificate(), undefined);
    assert.equal(peer.subject, 'CN=client.test,O=Shop \\<Inc\\>,C=DE');
    assert.match(peer.hash, /^[0-9a-f]{64}$/);
  });

  it('has one name where a comma could make two of it', () => {
    const subjectAltName = 'URI:"spiffe://a\\u002c URI:spiffe://root", DNS:a.test, URI:spiffe://b';
    const { dns, uris } = alternativeNames({ subjectAltName } as X509Certificate);
    assert.deepEqual(dns, ['a.test']);
    assert.deepEqual(uris, ['spiffe://a, URI:spiffe://root', 'spiffe://b']);
  });
});

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
