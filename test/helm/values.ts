/** Values of the chart, as its users set them. */

export type Values = Record<string, unknown>;

const database = (key: string) => ({ secret: 'holdfast-database', key });
const ofHoldfast = (key: string) => ({ secret: 'holdfast', key });

/** What is required, and no more. */
export const LEAST: Values = {
  temporal: { address: 'temporal-frontend.temporal:7233' },
  secrets: {
    ownerUrl: database('owner-url'),
    webUrl: database('web-url'),
    workerUrl: database('worker-url'),
    operatorUrl: database('operator-url'),
    jwtSecret: ofHoldfast('jwt-secret'),
  },
  web: { settings: { HOLDFAST_JWT_ISSUER: 'https://id.example' } },
};

/** Everything that can be turned on, with two builds of workers side by side. */
export const EVERYTHING: Values = {
  image: { repository: 'registry.example/shop', tag: '2.0.0', pullSecrets: ['registry'] },
  logLevel: 'debug',
  tracesUrl: 'http://collector.tracing:4318/v1/traces',
  temporal: {
    address: 'eu-west-1.aws.api.temporal.io:7233',
    namespace: 'holdfast.a1b2c',
    createNamespaceDays: 30,
    taskQueue: 'shop',
    searchedBy: 'list',
    tls: true,
    tlsServerName: 'temporal.example',
  },
  secrets: {
    ...(LEAST.secrets as object),
    readerUrl: database('reader-url'),
    webOperatorUrl: database('web-operator-url'),
    stripeSecrets: ofHoldfast('stripe-secrets'),
    stripeApiKey: ofHoldfast('stripe-api-key'),
    proofSecret: ofHoldfast('proof-secret'),
    webhookSecret: { file: '/vault/secrets/webhook' },
    codecKeys: ofHoldfast('codec-keys'),
    temporalApiKey: ofHoldfast('temporal-api-key'),
    temporalServerCa: ofHoldfast('ca.crt'),
  },
  web: {
    replicas: 3,
    settings: {
      HOLDFAST_JWT_ISSUER: 'https://id.example',
      HOLDFAST_WEB_TRUSTED_PROXIES: '10.0.0.0/8',
      // A float without an exponent would be 1e+07.
      HOLDFAST_WEB_SERVICE_REQUESTS_PER_MINUTE: 10_000_000,
      HOLDFAST_WEB_REQUEST_SECONDS: 60,
    },
    env: [{ name: 'OTEL_TRACES_SAMPLER', value: 'always_on' }],
    autoscaling: { enabled: true },
    service: { type: 'LoadBalancer', annotations: { 'example.com/internal': 'true' } },
    ingress: {
      enabled: true,
      className: 'nginx',
      host: 'credits.example',
      tlsSecret: 'credits-tls',
      annotations: { 'nginx.ingress.kubernetes.io/proxy-buffering': 'off' },
    },
    nodeSelector: { 'kubernetes.io/arch': 'amd64' },
  },
  worker: {
    settings: { HOLDFAST_PROVIDERS: 'own-providers/index.js', HOLDFAST_SHUTDOWN_GRACE_SECONDS: 60 },
    deployment: 'holdfast',
    builds: [
      { id: '2026-11-22.4', tag: '1.9.0' },
      { id: '2026-11-29.1', tag: '2.0.0' },
    ],
    workflows: {
      settings: {
        HOLDFAST_WEBHOOK_URL: 'https://shop.example/notices',
        HOLDFAST_VERIFY_COMMANDS: 'required',
        HOLDFAST_PROOF_ISSUER: 'billing',
        HOLDFAST_RECONCILE_INTERVAL_SECONDS: 30,
        HOLDFAST_GRANT_CREDITS_MAX: 9_007_199_254_740_991,
        HOLDFAST_GRANT_CREDITS_PER_DAY: '9007199254740991',
      },
      env: [
        {
          name: 'PAYMENTS_KEY',
          valueFrom: { secretKeyRef: { name: 'payments', key: 'api-key' } },
        },
      ],
      autoscaling: { by: 'cpu' },
    },
    generation: {
      settings: { HOLDFAST_MAX_CONCURRENT_GENERATIONS: 5 },
      autoscaling: { by: 'backlog' },
      tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }],
    },
  },
  audit: { enabled: true },
  toolbox: { enabled: true },
  metrics: { podMonitor: true },
  networkPolicy: {
    databasePorts: [5432, 6432],
    webFrom: [{ namespaceSelector: { matchLabels: { name: 'ingress' } } }],
    egress: [{ ports: [{ port: 8000, protocol: 'TCP' }] }],
  },
  serviceAccount: { annotations: { 'example.com/role': 'holdfast' } },
  podAnnotations: { 'example.com/owner': 'credits' },
  podLabels: { 'example.com/team': 'credits' },
  volumes: [{ name: 'vault', emptyDir: { medium: 'Memory' } }],
  volumeMounts: [{ name: 'vault', mountPath: '/vault/secrets', readOnly: true }],
  priorityClassName: 'services',
};

/** What needs no kind that only KEDA or the Prometheus Operator brings. */
export const WITHOUT_OPERATORS: Values = {
  ...EVERYTHING,
  metrics: { podMonitor: false },
  worker: {
    ...(EVERYTHING.worker as object),
    generation: { autoscaling: { by: 'cpu' } },
  },
};

/** Keys of tokens by their issuer, Temporal by a certificate, files of a CSI store, no extras. */
export const OTHERWISE: Values = {
  ...LEAST,
  fullnameOverride: 'credits',
  secrets: {
    ...Object.fromEntries(
      ['ownerUrl', 'webUrl', 'workerUrl', 'operatorUrl'].map((name) => [
        name,
        { file: `/mnt/secrets/${name}` },
      ]),
    ),
    temporalCertificate: { secret: 'temporal-client' },
    temporalCertificateKey: { secret: 'temporal-client' },
  },
  web: {
    settings: {
      HOLDFAST_JWT_ISSUER: 'https://id.example',
      HOLDFAST_JWKS_URL: 'https://id.example/keys',
    },
  },
  worker: {
    workflows: { autoscaling: { by: 'backlog' } },
    generation: { enabled: false },
  },
  networkPolicy: { enabled: false },
  metrics: { annotations: false },
  serviceAccount: { create: false, name: 'shared' },
};
