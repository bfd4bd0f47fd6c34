# The packages, for the build and for the image apart: the image takes what a running process reads.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/before-install/run.js build \
  && find dist \( -name '*.map' -o -name '*.d.ts' -o -name build.tsbuildinfo \) -delete \
  && rm -rf dist/scripts

FROM node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY scripts/image ./
RUN node trim.js node_modules

# The image's own files: node, tini, a shell, certificates, and the libraries that they load. The native core of Temporal's SDK checks
# TLS with the system's certificates.
FROM node:22-bookworm-slim AS system
RUN apt-get update \
  && apt-get install --yes --no-install-recommends binutils busybox-static ca-certificates tini
COPY --from=packages /app/node_modules/@temporalio/core-bridge/releases /native
COPY scripts/image/gather.sh ./
RUN sh gather.sh /image

FROM scratch
ARG VERSION=0.0.0
LABEL org.opencontainers.image.title="Holdfast" \
  org.opencontainers.image.description="Prepaid AI credits on Temporal and Postgres" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.source="https://github.com/holdfast-credits/holdfast" \
  org.opencontainers.image.version="$VERSION"
COPY --from=system /image /
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY bin ./bin
COPY scripts/image/health.js ./
ENV NODE_ENV=production PATH=/usr/local/bin:/usr/bin:/bin
# By number, so that Kubernetes sees that it isn't root.
USER 1000:1000
# It knows by the process's own command what is to be asked.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "health.js"]
# A first process that has no handler yet ignores SIGTERM; as a child of tini it ends.
ENTRYPOINT ["tini", "--", "holdfast"]
CMD ["--help"]
