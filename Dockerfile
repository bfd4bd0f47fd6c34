FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/before-install/run.js build && npm prune --omit=dev --no-audit --no-fund

FROM node:22-bookworm-slim
LABEL org.opencontainers.image.title="Holdfast" \
  org.opencontainers.image.description="Prepaid AI credits on Temporal and Postgres" \
  org.opencontainers.image.licenses="MIT"
# The Temporal SDK's native core verifies TLS with the system's certificates, which slim images lack. A first process that has no
# handler yet ignores SIGTERM; as a child of tini it ends.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates tini \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /var/lib/holdfast/output
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/bin ./bin
# By number, so that Kubernetes sees that it isn't root.
USER 1000
ENTRYPOINT ["tini", "--"]
CMD ["node", "bin/holdfast.js", "--help"]
