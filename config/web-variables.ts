import { CANCELS_PER_HOUR } from '../contract/cancel-limit';
import { CODEC_SERVER, optional, required, type Setting, standard, WEB } from './setting';
import {
  exactOrigins,
  host,
  networks,
  oneOf,
  origins,
  plainText,
  postgresUrl,
  safeUrl,
  secret,
  stripeSecrets,
  wholeNumber,
} from './values';

/** What the web process or the codec server alone reads. */
export const WEB_SETTINGS = {
  HOLDFAST_WEB_HOST: standard(
    WEB,
    host,
    '127.0.0.1',
    'Where it listens: `0.0.0.0` for every address of the machine.',
  ),
  HOLDFAST_WEB_PORT: standard(
    WEB,
    wholeNumber(0, 65_535),
    8080,
    'And on which port; 0 takes any that is free.',
  ),
  HOLDFAST_JWT_ISSUER: required(WEB, plainText, 'Who issues the tokens: their `iss`.'),
  HOLDFAST_JWT_AUDIENCE: standard(WEB, plainText, 'holdfast', 'Their `aud`.'),
  HOLDFAST_JWT_SECRET: optional(
    WEB,
    secret,
    'Either what they are signed with (HS256), by `holdfast token` as well,',
  ),
  HOLDFAST_JWKS_URL: optional(
    WEB,
    safeUrl,
    'or where the issuer publishes its keys (RS256, ES256, EdDSA).',
  ),
  HOLDFAST_JWT_CLOCK_TOLERANCE_SECONDS: standard(
    WEB,
    wholeNumber(0, 300),
    5,
    'By how much the issuer’s clock may differ: so long a token counts before its `nbf` and after its `exp`.',
  ),
  HOLDFAST_WEB_OPERATOR_DATABASE_URL: optional(
    WEB,
    postgresUrl,
    'The same ledger by an operator’s login, one of its own. With it services may deduct, end by hand, erase and set operators’ limits over HTTP, as their tokens’ scopes allow; without it none of that is done.',
  ),
  HOLDFAST_WEB_EARLIER_TOKENS: optional(
    WEB,
    oneOf('warn'),
    'Judges tokens by the rules of 0.1.0 and logs those that will be refused or allow less, while their issuer is changed ([upgrade.md](how-to/upgrade.md)). Any token with a `scope` is then a service’s.',
  ),
  HOLDFAST_WEB_CORS_ORIGINS: standard(WEB, origins, [], 'Whose pages may call it from a browser.'),
  HOLDFAST_WEB_TRUSTED_PROXIES: standard(
    WEB,
    networks,
    [],
    'The proxies in front, whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.',
  ),
  HOLDFAST_WEB_LOGIN_URL: optional(
    WEB,
    safeUrl,
    'Where the credits page sends people to log in. See [credits-page.md](how-to/credits-page.md).',
  ),
  HOLDFAST_WEB_SUBSCRIPTION_URL: optional(
    WEB,
    safeUrl,
    'Where it sends them to subscribe or renew.',
  ),
  HOLDFAST_WEB_STRIPE_SECRETS: optional(
    WEB,
    stripeSecrets,
    'What Stripe signs events with that it posts to `/v1/webhooks/stripe`: the endpoint’s signing secret, and while it is changed the new one too. Without it nothing is taken there. See [connect-stripe.md](how-to/connect-stripe.md).',
  ),
  HOLDFAST_WEB_STRIPE_TOLERANCE_SECONDS: standard(
    WEB,
    wholeNumber(1, 3_600),
    300,
    'How long ago an event may have been signed.',
  ),
  HOLDFAST_WEB_BODY_BYTES_MAX: standard(
    WEB,
    wholeNumber(1_024, 16_777_216),
    262_144,
    'Of a request’s body.',
  ),
  HOLDFAST_WEB_REQUEST_SECONDS: standard(
    WEB,
    wholeNumber(1, 600),
    30,
    'Within which a request must have arrived.',
  ),
  HOLDFAST_WEB_REQUESTS_PER_MINUTE: standard(
    WEB,
    wholeNumber(1, 1_000_000),
    600,
    'Of one account.',
  ),
  HOLDFAST_WEB_SERVICE_REQUESTS_PER_MINUTE: standard(
    WEB,
    wholeNumber(1, 10_000_000),
    30_000,
    'Of one service.',
  ),
  HOLDFAST_WEB_TOKEN_REQUESTS_PER_MINUTE: optional(
    WEB,
    wholeNumber(1, 10_000_000),
    'Of one token, so that it leaves room for the others of its account or service; without it as many as they may make together.',
  ),
  HOLDFAST_WEB_ADDRESS_REQUESTS_PER_MINUTE: standard(
    WEB,
    wholeNumber(1, 1_000_000),
    120,
    'Of one address, or one IPv6 network of 64 bits, without a valid token; and of one subject whose token has expired.',
  ),
  HOLDFAST_WEB_REFUSED_LOGINS_PER_MINUTE: standard(
    WEB,
    wholeNumber(1, 1_000_000),
    60,
    'Logins to the credits page that are refused, of one address. One that succeeds counts as a request of its account.',
  ),
  HOLDFAST_WEB_CANCELS_PER_HOUR: standard(
    WEB,
    wholeNumber(1, 1_000_000),
    CANCELS_PER_HOUR,
    'Running generations that one account may cancel where that is free.',
  ),
  HOLDFAST_WEB_STREAMS_PER_ACCOUNT: standard(
    WEB,
    wholeNumber(1, 1_000),
    10,
    'Open event streams of one account by its own tokens; as many by each service.',
  ),
  HOLDFAST_WEB_STREAMS: standard(
    WEB,
    wholeNumber(1, 100_000),
    2_000,
    'Open event streams of the process. The last quarter is kept for accounts that have none open.',
  ),

  HOLDFAST_CODEC_SERVER_HOST: standard(
    CODEC_SERVER,
    host,
    '127.0.0.1',
    'Where the codec server listens: `0.0.0.0` for every address of the machine.',
  ),
  HOLDFAST_CODEC_SERVER_PORT: standard(
    CODEC_SERVER,
    wholeNumber(0, 65_535),
    8081,
    'And on which port; 0 takes any that is free.',
  ),
  HOLDFAST_CODEC_SERVER_SECRET: required(
    CODEC_SERVER,
    secret,
    'What an operator logs in with, or sends as a bearer token, to read payloads.',
  ),
  HOLDFAST_CODEC_SERVER_UI_ORIGINS: required(
    CODEC_SERVER,
    exactOrigins,
    'Where Temporal’s UI is served: its pages alone may ask from a browser.',
  ),
} satisfies Record<string, Setting>;
