// A certified implementation of OpenID Connect with a page on which anybody signs in as anybody; in a process of its own,
// as a provider is. Argument: JSON of { port, client }, the client in the words of OpenID Connect's registration.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const { port, client } = JSON.parse(process.argv[2]);
const nsisClaim = 'https://data.gov.dk/concept/core/nsis/loa';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ response_types: ['code'], grant_types: ['authorization_code'], backchannel_logout_session_required: true, ...client }],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  // It refuses to speak to addresses of one's own machine, which is where the product under test is.
  fetch: (url, { dispatcher: _dispatcher, ...options }) => fetch(url, options),
  // Claims stand in the ID token itself, as Danish brokers put them.
  conformIdTokenClaims: false,
  claims: { openid: ['sub', nsisClaim, 'professional_id'], profile: ['name'] },
  findAccount: (_context, accountId) => ({
    accountId,
    claims: () => ({ sub: accountId, name: 'Rigtig Personsen', professional_id: accountId, [nsisClaim]: accountId.startsWith('hoej') ? 'High' : 'Substantial' }),
  }),
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
  ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 3600, Grant: 600 },
});

/** The sign-in page: a name, and one is that person. */
async function interact(request, response) {
  if (request.method === 'POST') {
    const login = new URLSearchParams(Buffer.concat(await request.toArray()).toString()).get('login') ?? '';
    return provider.interactionFinished(request, response, { login: { accountId: login } }, { mergeWithLastSubmission: false });
  }
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    .end('<!doctype html><html lang="da"><title>Prøvelogin</title><h1>Prøvelogin</h1><form method="post"><label>Navn <input name="login"></label> <button>Log ind</button></form></html>');
}

const answer = provider.callback();
createServer((request, response) => {
  if (request.url.startsWith('/interaction/')) interact(request, response).catch(() => response.writeHead(400).end());
  else answer(request, response);
}).listen(port, '127.0.0.1', () => process.send('ready'));
process.on('disconnect', () => process.exit(0));
